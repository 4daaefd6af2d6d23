using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Resync;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// Metadata of a copy are updated, twice in each slot. Every crash leaves an update that was acknowledged, or the one that was
/// under way; never older or none.
/// </summary>
internal sealed class MetadataScenario : ICrashScenario
{
    private const int Updates = 4;
    private static readonly Guid s_set = new("00112233-4455-6677-8899-aabbccddeeff");

    public ReadOnlySpan<byte> Initial => new byte[MetadataSlots<ImageMedium>.FileBytes];

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        var slots = new MetadataSlots<TMedium>(medium);
        for (int i = 1; i <= Updates; i++)
        {
            log.Begin();
            slots.Update(Nth(i));
            log.Acknowledge();
        }
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        var slots = new MetadataSlots<ImageMedium>(image.Medium);
        int found = (int)slots.Current.PromisedEpoch;
        Assert.InRange(found, point.AcknowledgedOperations, point.StartedOperations);
        Assert.Equal(found == 0 ? default : Nth(found), slots.Current);

        // What comes next is kept as well.
        slots.Update(Nth(found + 1));
        Assert.Equal(Nth(found + 1), new MetadataSlots<ImageMedium>(image.Medium).Current);
    }

    private static ReplicaMetadata Nth(int update) => new()
    {
        SetUuid = s_set,
        Generation = new Guid(update, 0, 0, new byte[8]),
        Previous = update > 1 ? new Guid(update - 1, 0, 0, new byte[8]) : Guid.Empty,
        PromisedEpoch = (ulong)update,
        Copies = 3,
        LeastCopies = 2,
        Number = 1,
        Role = ReplicaRole.Primary,
    };
}

/// <summary>
/// A primary opens after a crash and tells the bitmap what a replica missed. Every crash leaves a full bitmap where metadata call
/// it complete, and later a bit for each write that was reported.
/// </summary>
internal sealed class MissedScenario : ICrashScenario
{
    private const long PoolBytes = 200L * MissedBitmap<ImageMedium>.RegionBytes;
    private const int Opened = 1;
    private const int Writes = 6;
    private static readonly Guid s_replica = new("10112233-4455-6677-8899-aabbccddeeff");
    private static readonly long[] s_regions = [3, 130, 131, 3, 199, 64];
    private static readonly ReplicaMetadata s_unclean = new()
    {
        SetUuid = s_replica,
        Generation = new Guid(1, 0, 0, new byte[8]),
        Copies = 2,
        LeastCopies = 1,
        Number = 1,
        Role = ReplicaRole.Primary,
    };

    public ReadOnlySpan<byte> Initial =>
        new byte[MetadataSlots<ImageMedium>.FileBytes + MissedBitmap<ImageMedium>.FileBytesOf(PoolBytes)];

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        var slots = new MetadataSlots<SliceMedium<TMedium>>(Slots(medium));
        log.Begin();
        var bitmap = new MissedBitmap<SliceMedium<TMedium>>(Bits(medium), s_replica, PoolBytes);
        slots.Update(GenerationRules.Opened(s_unclean));
        log.Acknowledge();

        // All of it is copied, so that what comes is all there is to miss.
        bitmap.BeginCopy(0, 200);
        bitmap.EndCopy();
        foreach (long region in s_regions)
        {
            log.Begin();
            bitmap.Add((region * MissedBitmap<ImageMedium>.RegionBytes) + 5, 100);
            log.Acknowledge();
        }
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        ReplicaMetadata metadata = new MetadataSlots<SliceMedium<ImageMedium>>(Slots(image.Medium)).Current;
        if (metadata.BitmapBase == Guid.Empty)
        {
            Assert.Equal(0, point.AcknowledgedOperations);
            return;
        }

        // What was reported as missed has its bit. Before anything was, the bitmap was full or is being copied.
        var bitmap = new MissedBitmap<SliceMedium<ImageMedium>>(Bits(image.Medium), s_replica, PoolBytes);
        foreach (long region in s_regions.Take(Math.Clamp(point.AcknowledgedOperations - Opened, 0, Writes)))
        {
            Assert.Equal(region, bitmap.Next(region));
        }

        if (point.StartedOperations == Opened)
        {
            Assert.Equal(200, bitmap.Count);
        }
    }

    private static SliceMedium<TMedium> Slots<TMedium>(TMedium medium)
        where TMedium : struct, IPmemMedium => new(medium, 0, MetadataSlots<ImageMedium>.FileBytes);

    private static SliceMedium<TMedium> Bits<TMedium>(TMedium medium)
        where TMedium : struct, IPmemMedium =>
        new(medium, MetadataSlots<ImageMedium>.FileBytes, MissedBitmap<ImageMedium>.FileBytesOf(PoolBytes));
}
