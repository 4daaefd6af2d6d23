using System.Globalization;

namespace PmemTyped.Replication.Ssh;

/// <summary>What is started to reach a target: the ssh client, and the command there.</summary>
internal sealed class SshCommand
{
    internal const string ProgramVariable = "RPMEM_SSH";
    internal const string CommandVariable = "RPMEM_CMD";
    internal const string DefaultCommand = "pmt target serve --stdio";
    internal const int DefaultPort = 22;

    private static int s_turn = -1;

    private readonly string _program;
    private readonly string[] _commands;

    internal SshCommand(string program, string commands)
    {
        _program = program;
        _commands = commands.Split('|');
    }

    /// <summary>What the environment says now. (replication specification, section 5)</summary>
    internal static SshCommand OfEnvironment() => new(
        Value(ProgramVariable, "ssh"), Value(CommandVariable, DefaultCommand));

    internal string Program => _program;

    /// <summary>The arguments for one start; several commands are used in turn. Nothing in them comes from the name of a pool.</summary>
    internal IReadOnlyList<string> NextArguments(RpmemTarget target)
    {
        int turn = Interlocked.Increment(ref s_turn) & int.MaxValue;
        List<string> arguments = ["-T", "-oBatchMode=yes", "-oControlMaster=no"];
        if (target.Port is not null)
        {
            arguments.AddRange(["-p", target.PortOr(DefaultPort).ToString(CultureInfo.InvariantCulture)]);
        }

        if (target.User is not null)
        {
            arguments.AddRange(["-l", target.User]);
        }

        arguments.AddRange(["--", target.Host, _commands[turn % _commands.Length]]);
        return arguments;
    }

    private static string Value(string variable, string otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : otherwise;
}
