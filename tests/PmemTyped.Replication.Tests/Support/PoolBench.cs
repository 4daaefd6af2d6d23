using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>A pool in a set file whose second line names a replica at a target in this process, and a replica of that name.</summary>
internal sealed class PoolBench : IDisposable
{
    internal const int BlockBytes = 512;
    internal const string Remote = "remote.set";

    private readonly bool _records;

    internal PoolBench(
        string option = "",
        ReplicaSetOptions? options = null,
        string mirror = "",
        bool records = true,
        Func<IReplicaListener, IReplicaListener>? through = null)
    {
        _records = records;
        Target = new ReplicaBench(through: through);
        Recorder = new FrameRecorder(Target.Transport);
        Target.WriteSet(Remote, option: option, partBytes: PartBytes);
        SetPath = Target.WriteText("local.set", FormattableString.Invariant(
            $"PMEMPOOLSET\n{PartBytes} {LocalPart}\nREPLICA here:1 {Remote}\n{mirror}"));
        Options = options ?? new ReplicaSetOptions { Pool = SetBench.Still };
        Register();
    }

    internal static long PartBytes => (BlockPool.MinPoolBytes + 4095) / 4096 * 4096;

    internal ReplicaBench Target { get; }

    internal FrameRecorder Recorder { get; }

    internal ReplicaSetOptions Options { get; set; }

    internal string SetPath { get; }

    internal string LocalPart => Target.Directory.File("local.part");

    internal string RemoteSet => Target.Directory.File(Remote);

    internal Replicator? Connected { get; private set; }

    /// <summary>For pools that are given it as an option.</summary>
    internal Replicator Replicator => new([new ReplicaEndpoint(Recorder, Remote)], Options);

    internal static byte[] Content(int value) => [.. Enumerable.Range(0, BlockBytes).Select(i => (byte)(value + (i / 64)))];

    internal void Register() => Replication.Replicator.Register(_ => _records ? Recorder : Target.Transport, Options, r => Connected = r);

    /// <summary>Whether both hold the same, except for the header page.</summary>
    internal bool AreEqual() => Target.PartBytesAt(4096, (int)PartBytes - 4096, Remote)
        .AsSpan().SequenceEqual(Bytes(LocalPart).AsSpan(4096));

    /// <summary>What a file holds that a pool has locked.</summary>
    internal static byte[] Bytes(string path)
    {
        using PmemSource file = PmemSource.Open(path, writable: false);
        byte[] bytes = new byte[file.GetLengthBytes()];
        file.ReadAt(0, bytes);
        return bytes;
    }

    public void Dispose()
    {
        PoolSetRemotes.Use(null);
        Target.Dispose();
    }
}
