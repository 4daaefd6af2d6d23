using PmemTyped.Objects.Regions;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Testing;

namespace PmemTyped.Crash.Tests;

/// <summary>A region in a pool set whose first replica has two parts and whose second one has one; its files take what a crash left.</summary>
internal sealed class RegionSetFiles : IDisposable
{
    internal const int PoolBytes = 4 << 20;

    private const int FirstPartBytes = 2 << 20;
    private const int PageBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    internal RegionSetFiles()
    {
        File.WriteAllText(
            SetPath,
            FormattableString.Invariant(
                $"PMEMPOOLSET\n{FirstPartBytes} {Part(0)}\n{PoolBytes - FirstPartBytes + PageBytes} {Part(1)}\nREPLICA\n{PoolBytes} {Part(2)}\n"));
        PersistentRegion.CreateInSet<SetRoot>(SetPath, new PersistentRegionOptions { Lanes = 2 }).Dispose();
        using PoolSetMap set = PoolSetMap.Open(PoolSetFile.Load(SetPath), RegionSet.Signature, PoolSetAccess.Private);
        Identity = set.Identity;
        Replicas = [.. Read(0), .. Read(1).AsSpan(PageBytes), .. Read(2)];
    }

    internal string SetPath => _directory.File("region.set");

    internal ShutdownIdentity? Identity { get; }

    /// <summary>Gets both replicas as the region sees them, one behind the other.</summary>
    internal byte[] Replicas { get; }

    /// <summary>Gives the files the bytes of both replicas. The header of the second part is never stored to.</summary>
    internal void Restore(ReadOnlySpan<byte> replicas)
    {
        Overwrite(0, 0, replicas[..FirstPartBytes]);
        Overwrite(1, PageBytes, replicas[FirstPartBytes..PoolBytes]);
        Overwrite(2, 0, replicas[PoolBytes..]);
    }

    public void Dispose() => _directory.Dispose();

    private string Part(int index) => _directory.File(FormattableString.Invariant($"part{index}"));

    private byte[] Read(int index) => File.ReadAllBytes(Part(index));

    private void Overwrite(int index, long offset, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = File.OpenWrite(Part(index));
        file.Position = offset;
        file.Write(bytes);
    }
}

/// <summary>The root of <see cref="RegionState"/> as a layout.</summary>
[PersistentLayout("crash.set.root")]
internal partial struct SetRoot
{
    public long Debit;
    [PointsTo<SetNode>] public PPtr Nodes;
    [PointsTo<SetBlob>] public PPtr Blobs;
    [PointsTo<SetNode>] public PPtr Array;
    [Reserved] internal SetGap _reserved0;
    public long Credit;
}

/// <summary>An element of the list.</summary>
[PersistentLayout("crash.set.node")]
internal partial struct SetNode
{
    public long Number;
    [PointsTo<SetNode>] public PPtr Next;
}

/// <summary>An element that fills much of a page.</summary>
[PersistentLayout("crash.set.blob")]
internal partial struct SetBlob
{
    public long Number;
    [PointsTo<SetBlob>] public PPtr Next;
    public SetContent Content;
}

[System.Runtime.CompilerServices.InlineArray(24)]
internal struct SetGap
{
    private byte _element0;
}

/// <summary>The rest of a blob.</summary>
[System.Runtime.CompilerServices.InlineArray(123)]
internal struct SetContent
{
    private long _element0;
}
