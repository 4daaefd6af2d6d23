using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Objects.Regions;

namespace PmemTyped.Crash.Tests;

/// <summary>Small regions that crash scenarios begin with: chunks of a page, two lanes.</summary>
internal static class RegionImages
{
    internal const string Name = "crash image";

    internal static readonly RegionType Root = new("root", 1, 64, 8, "root@1 size=64");
    internal static readonly RegionType Node = new("node", 2, 16, 8, "node@1 size=16");
    internal static readonly RegionType Blob = new("blob", 3, 1000, 8, "blob@1 size=1000");
    internal static readonly RegionType Late = new("late", 4, 24, 8, "late@1 size=24");

    private const int Chunks = 7;

    internal static IReadOnlyList<RegionType> Types { get; } = [Root, Node, Blob];

    internal static RegionFormat Format { get; } =
        new(LengthBytes: (6 + Chunks) * 4096, ChunkBytes: 4096, TypeCapacity: 4, LaneCount: 2, LaneBytes: 4096);

    internal static RegionGeometry Geometry => RegionGeometry.Plan(Format)!;

    /// <summary>A file whose first page is zero and whose rest is full of something else.</summary>
    internal static byte[] Blank
    {
        get
        {
            byte[] image = new byte[Format.LengthBytes];
            image.AsSpan(RegionGeometry.PageBytes).Fill(0xA5);
            return image;
        }
    }

    /// <summary>A region with a root alone.</summary>
    internal static byte[] Empty { get; } = Make([]);

    /// <summary>A region with a list of three, a blob and an array.</summary>
    internal static byte[] Filled { get; } = Make(
        [
            RegionOperation.Push(1), RegionOperation.Push(2), RegionOperation.Push(3), RegionOperation.PushBlob(4),
            RegionOperation.MakeArray(100), RegionOperation.Transfer(1000),
        ]);

    internal static RegionCore<TMedium> Open<TMedium>(TMedium medium)
        where TMedium : struct, IPmemMedium => RegionCore<TMedium>.Open(medium, Name, Types);

    internal static RegionState StateOf(byte[] image) =>
        RegionState.Observe(Open(new StoreLog(image).Medium));

    private static byte[] Make(RegionOperation[] operations)
    {
        var log = new StoreLog(Blank);
        RegionHeader<RecordingMedium>.Create(log.Medium, Name, Geometry, Types);
        RegionCore<RecordingMedium> region = Open(log.Medium);
        foreach (RegionOperation operation in operations)
        {
            operation.Apply(region);
        }

        return log.Medium.Window(0, (int)log.Medium.LengthBytes).ToArray();
    }
}
