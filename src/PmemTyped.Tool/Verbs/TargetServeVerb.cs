using System.CommandLine;
using PmemTyped.Replication;
using PmemTyped.Tool.Targets;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt target serve: the target as a daemon.</summary>
internal static class TargetServeVerb
{
    private const int SliceMs = 50;
    private const int IdleMs = 30_000;

    internal static Command Build(ToolConsole console)
    {
        var config = new Option<string?>("--config", "-c")
        {
            Description = "The configuration; 'pmt target init' makes one. With --stdio the default is all rights on the home directory.",
            HelpName = "file",
        };
        var stdio = new Option<bool>("--stdio")
        {
            Description = "Serve one initiator on standard input and output, which ssh connects to it.",
        };
        var identity = new Option<string>("--identity", "-i")
        {
            Description = "With --stdio: the name that the initiator has in the configuration. If not given, this account.",
            HelpName = "name",
            DefaultValueFactory = _ => Environment.UserName,
        };
        var noLanes = new Option<bool>("--no-lanes") { Description = "With --stdio: open no port for lanes, ssh carries them too." };
        var log = new Option<string?>("--log")
        {
            Description = "Append the lines of JSON to this file; without it --stdio writes none.",
            HelpName = "file",
        };
        var command = new Command(
            "serve",
            "Serve pools until SIGTERM or Ctrl-C; drains that have arrived are answered first. Each event is a line of JSON; "
            + "'ready' is the first. Exit code: 0 stopped; 2 could not.")
        {
            config, stdio, identity, noLanes, log,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(config) is null && !result.GetValue(stdio))
            {
                result.AddError("--config or --stdio is needed.");
            }
        });
        command.SetAction(parsed =>
        {
            using TextWriter? file = parsed.GetValue(log) is { } path ? OpenLog(path) : null;
            var audit = new AuditLog(file ?? (parsed.GetValue(stdio) ? TextWriter.Null : console.Output));
            try
            {
                return parsed.GetValue(stdio)
                    ? RunForOne(console, parsed.GetValue(config), parsed.GetValue(identity)!, !parsed.GetValue(noLanes), audit)
                    : Run(console, parsed.GetValue(config)!, audit);
            }
            catch (ArgumentException e)
            {
                return console.Fail(ExitCode.CouldNot, $"'{parsed.GetValue(config)}': {e.Message}");
            }
        });
        return command;
    }

    private static int Run(ToolConsole console, string path, AuditLog log)
    {
        using InterruptHold hold = console.HoldInterrupts();
        TargetConfigFile config = TargetConfigFile.Load(path);
        using ReplicaIdentity? identity = config.LoadIdentity();
        using (var server = new ReplicaServer(config.Options(log.Write)))
        {
            IReadOnlyList<IReplicaListener> places = config.Listen(identity);
            foreach (IReplicaListener place in places)
            {
                server.Listen(place);
            }

            log.Write("ready", [.. places.Select(p => p.Name)]);
            ServiceNotice.Send("READY=1");
            while (!hold.IsRequested)
            {
                Thread.Sleep(SliceMs);
            }

            log.Write("stopping");
            ServiceNotice.Send("STOPPING=1");
        }

        log.Write("stopped");
        return ExitCode.Success;
    }

    // An initiator that the network swallowed closes nothing; without connections nobody needs this process.
    private static int RunForOne(ToolConsole console, string? path, string identity, bool takesLanes, AuditLog log)
    {
        ReplicaServerOptions options = path is null
            ? TargetConfigFile.OfHome(identity, log.Write)
            : TargetConfigFile.Load(path).Options(log.Write);
        using Stream input = console.OpenInput();
        using Stream output = console.OpenOutput();
        using StdioListener stdio = StdioListener.Begin(input, output, identity, takesLanes ? SshAddress.OfLanes() : null);

        // Not before: nobody may ever speak, and then a signal is the only end.
        using InterruptHold hold = console.HoldInterrupts();
        using (var server = new ReplicaServer(options))
        {
            server.Listen(stdio);
            if (stdio.Lanes is { } lanes)
            {
                server.Listen(lanes);
            }

            log.Write("ready", [stdio.Name, .. stdio.Lanes is null ? (string[])[] : [stdio.Lanes.Name]]);
            for (int idleMs = 0; idleMs < IdleMs && !hold.IsRequested && !stdio.IsEnded; idleMs += SliceMs)
            {
                Thread.Sleep(SliceMs);
                idleMs = server.ConnectionCount > 0 ? 0 : idleMs;
            }

            log.Write("stopping");
        }

        log.Write("stopped");
        return ExitCode.Success;
    }

    private static StreamWriter OpenLog(string path) =>
        new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
}
