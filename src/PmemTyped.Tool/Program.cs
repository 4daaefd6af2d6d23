using PmemTyped.Tool;

return PmtCommandLine.Run(args, ToolConsole.OfProcess());
