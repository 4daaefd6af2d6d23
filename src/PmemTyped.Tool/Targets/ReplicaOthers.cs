using System.CommandLine;
using System.CommandLine.Parsing;
using PmemTyped.Replication;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Tool.Targets;

/// <summary>The arguments and options of the verbs that work on a pool of this machine and ask its other copies.</summary>
internal sealed class ReplicaOthers
{
    private const int Words = 2;

    private readonly Argument<string> _pool = new("pool")
    {
        Description = "The pool file or pool set file here; its REPLICA lines name the other copies. Nobody may have it open.",
    };

    private readonly Option<string[]> _replicas = new("--replica", "-r")
    {
        Description = "Another copy, instead of REPLICA lines: address of its target and name of its set file there. All of them, in "
            + "the order of their numbers.",
        HelpName = "address> <pool",
        Arity = new ArgumentArity(Words, Words * ReplicaSet.MaxReplicas),
        AllowMultipleArgumentsPerToken = true,
    };

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
        command.Arguments.Add(_pool);
        command.Options.Add(_replicas);
        command.Options.Add(_identity);
        command.Options.Add(_trusted);
    }

    internal string Pool(ParseResult parsed) => parsed.GetRequiredValue(_pool);

    /// <summary>Does something with the other copies; what cannot be an address, a name or a set is told as any other failure.</summary>
    internal int With(ToolConsole console, ParseResult parsed, Func<IReadOnlyList<ReplicaPeer>, int> act)
    {
        try
        {
            using ReplicaIdentity? identity = parsed.GetValue(_identity) is { } directory ? ReplicaIdentity.Load(directory) : null;
            IReadOnlyList<(string Address, string Name)> named = Named(parsed);
            ReplicaEndpoint[] endpoints = [.. named.Select(n => new ReplicaEndpoint(
                ReplicaTransports.To(n.Address, identity, parsed.GetValue(_trusted)), n.Name))];
            return act(ReplicaPeer.Others(endpoints, ReplicaPrimary.Examine(Pool(parsed)).Number));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
        {
            return console.Fail(ExitCode.CouldNot, e.Message);
        }
    }

    private IReadOnlyList<(string Address, string Name)> Named(ParseResult parsed)
    {
        string[] words = parsed.GetValue(_replicas) ?? [];
        if (words.Length > 0)
        {
            return words.Length % Words == 0
                ? [.. words.Chunk(Words).Select(w => (w[0], w[1]))]
                : throw new ArgumentException("Each --replica is an address and the name of a set file.");
        }

        string path = Pool(parsed);
        IReadOnlyList<PoolSetReplica> lines = PoolSetFile.IsSetFile(path)
            ? [.. PoolSetFile.Load(path, PoolSetReading.Compatible).Replicas.Where(r => r.IsRemote)]
            : [];
        return lines.Count > 0
            ? [.. lines.Select(r => (r.Node!, r.Descriptor!))]
            : throw new ArgumentException($"'{path}' names no other copies. Give each with --replica, or the set file that has REPLICA lines.");
    }
}
