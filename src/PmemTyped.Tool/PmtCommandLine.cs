using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using PmemTyped.Blocks;
using PmemTyped.Tool.Verbs;

namespace PmemTyped.Tool;

/// <summary>The command line as a whole: which verbs there are, and how what goes wrong becomes a line and an exit code.</summary>
internal static class PmtCommandLine
{
    /// <summary>Runs one command.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="console">Where it reads and writes.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    internal static int Run(IReadOnlyList<string> arguments, ToolConsole console)
    {
        // A word that begins with @ is a path like any other, not a file of more words.
        ParseResult parsed = Build(console).Parse(
            arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (Refusal(parsed) is { } reason)
            {
                return console.Fail(ExitCode.CouldNot, $"{reason} See 'pmt {Verb(parsed)}--help'.");
            }

            int exitCode = parsed.Invoke(new InvocationConfiguration
            {
                Output = console.Output,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
            });
            console.Output.Flush();
            return exitCode;
        }
        catch (BadBlockException e)
        {
            return console.Fail(ExitCode.AnswerIsNo, e.Message);
        }
        catch (Exception e) when (IsExpected(e))
        {
            return console.Fail(ExitCode.CouldNot, e.Message);
        }
        catch (Exception e)
        {
            return console.Fail(ExitCode.CouldNot, $"unexpected {e.GetType().FullName}: {e.Message}");
        }
    }

    private static Command Build(ToolConsole console) => new(
        "pmt", "Looks into and works on block pools, the files of PmemTyped and of PMDK's libpmemblk.")
    {
        CreateVerb.Build(console),
        InfoVerb.Build(console),
        CheckVerb.Build(console),
        ReadVerb.Build(console),
        WriteVerb.Build(console),
        DoctorVerb.Build(console),
        DumpVerb.Build(console),
        RemoveVerb.Build(console),
        FeatureVerb.Build(console),
        ConvertVerb.Build(console),
        LintVerb.Build(console),
        SyncVerb.Build(console),
        TransformVerb.Build(console),
        GrowVerb.Build(console),
        TargetVerb.Build(console),
        ReplicaVerb.Build(console),
        new HelpOption(),
        new VersionOption(),
    };

    private static bool IsExpected(Exception e) =>
        e is PmemException or IOException or UnauthorizedAccessException or NotSupportedException;

    // The parser takes a misspelled option for a file name, so that create would make a file called --qiuet. Behind
    // "--" such a name is meant. Words that fit nowhere say more than the complaint about what is missing because of
    // them.
    private static string? Refusal(ParseResult parsed)
    {
        Token? misspelled = parsed.Tokens
            .TakeWhile(t => t.Type != TokenType.DoubleDash)
            .FirstOrDefault(t => t.Type == TokenType.Argument && IsLikeAnOption(t.Value));
        if (misspelled is not null)
        {
            return $"'{misspelled.Value}' is no option here.";
        }

        if (parsed.UnmatchedTokens.Count > 0)
        {
            return $"'{parsed.UnmatchedTokens[0]}' is not understood here.";
        }

        return parsed.Errors.Count > 0 ? parsed.Errors[0].Message : null;
    }

    // A range of blocks may begin with a dash too: -9.
    private static bool IsLikeAnOption(string word) =>
        word.StartsWith('-') && !(word.Length > 1 && char.IsAsciiDigit(word[1]));

    private static string Verb(ParseResult parsed)
    {
        string verb = string.Empty;
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Parent: not null } command; at = at.Parent)
        {
            verb = $"{command.Command.Name} {verb}";
        }

        return verb;
    }
}
