using System.CommandLine;
using System.CommandLine.Parsing;
using PmemTyped.Replication;

namespace PmemTyped.Tool.Targets;

/// <summary>The arguments and options of every verb that asks a target: where it is, which pool, and who asks.</summary>
internal sealed class ReplicaPlace
{
    private readonly Argument<string> _address = new("address")
    {
        Description = "The target: tls:HOST[:PORT], unix:PATH, tcp:HOST[:PORT], or [USER@]HOST[:PORT] by ssh.",
    };

    private readonly Argument<string> _pool = new("pool") { Description = "Name of the set file at the target, a relative path." };

    private readonly Option<string?> _identity = new("--identity", "-i")
    {
        Description = "For tls: the directory with the certificate of this machine, which 'pmt target init' made.",
        HelpName = "directory",
    };

    private readonly Option<bool> _trusted = new("--trusted")
    {
        Description = "For tcp: the network is protected beneath, so plain TCP may leave this machine.",
    };

    /// <summary>Gives them to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Arguments.Add(_address);
        command.Arguments.Add(_pool);
        command.Options.Add(_identity);
        command.Options.Add(_trusted);
    }

    internal string Address(ParseResult parsed) => parsed.GetRequiredValue(_address);

    internal string Pool(ParseResult parsed) => parsed.GetRequiredValue(_pool);

    /// <summary>Does something with the target; what cannot be an address or a name is told as any other failure.</summary>
    internal int With(ToolConsole console, ParseResult parsed, Func<IReplicaTransport, int> act)
    {
        try
        {
            using ReplicaIdentity? identity = parsed.GetValue(_identity) is { } directory ? ReplicaIdentity.Load(directory) : null;
            return act(ReplicaTransports.To(Address(parsed), identity, parsed.GetValue(_trusted)));
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return console.Fail(ExitCode.CouldNot, e.Message);
        }
    }
}
