using System.Buffers.Binary;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Objects.Layout;
using PmemTyped.Objects.Regions;
using Xunit.Abstractions;

namespace PmemTyped.Objects.Tests.Regions;

/// <summary>Damaged regions are refused with what, where, expected and found, and no byte changes; nothing else happens.</summary>
public sealed class RegionDamageTests(ITestOutputHelper output)
{
    private const int Seed = 20261121;
    private static readonly byte[] s_sound = RecordedRegion.Create().Image;

    public static TheoryData<string, int> Places
    {
        get
        {
            RegionGeometry geometry = RecordedRegion.Geometry;
            return new TheoryData<string, int>
            {
                { "region header", 20 },
                { "region header", 40 },
                { "type entry", (int)RegionGeometry.TypeOffset(0) + 3 },
                { "type entry", (int)RegionGeometry.TypeOffset(1) + 9 },
                { "type entry", (int)RegionGeometry.TypeOffset(2) + 70 },
                { "lane generation", (int)geometry.LaneOffset(0) },
                { "lane generation", (int)geometry.LaneOffset(1) + 7 },
                { "chunk table entry", (int)geometry.ChunkWordOffset(0) + 1 },
                { "chunk table entry", (int)geometry.ChunkWordOffset(1) },
                { "array header", (int)ArrayOf(geometry) + 8 },
                { "slot bitmap", (int)geometry.ChunkOffset(0) + 15 },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Damage_is_reported_where_it_is(string structure, int offset)
    {
        byte[] image = [.. s_sound];
        image[offset] ^= 0x40;
        PmemCorruptionException damage = Assert.Throws<PmemCorruptionException>(() => Open(image));
        Assert.Equal(structure, damage.Structure);
        Assert.InRange(damage.Offset, Math.Max(0, offset - 100), offset);
        Assert.Contains("Nothing was changed", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_that_was_cut_off_is_refused()
    {
        foreach (int length in (int[])[s_sound.Length - 4096, 8192, 4096])
        {
            Assert.Equal("region length", Assert.Throws<PmemCorruptionException>(() => Open(s_sound[..length])).Structure);
        }

        Assert.Throws<PmemFormatException>(() => Open(s_sound[..100]));
        Assert.Throws<PmemFormatException>(() => Open(new byte[s_sound.Length]));
    }

    [Fact]
    public void A_region_of_a_later_version_is_refused()
    {
        byte[] image = [.. s_sound];
        image[12] = 2;
        Seal(image);
        Assert.Equal("region version", Assert.Throws<PmemFormatException>(() => Open(image)).Structure);
    }

    [Fact]
    public void A_log_that_leads_elsewhere_is_refused()
    {
        RecordedRegion region = RecordedRegion.Create();
        byte[] image = [];
        region.Transact(
            lane =>
            {
                region.Update(lane, region.From, region.CounterType);
                image = region.Image;
            },
            commits: false);
        int entry = (int)RecordedRegion.Geometry.LaneOffset(Environment.CurrentManagedThreadId % 2) + LaneHeaderLayout.SizeBytes;
        foreach (long target in (long[])[0, 64, RegionGeometry.TypeOffset(0), RecordedRegion.Geometry.LaneOffset(0), s_sound.Length])
        {
            byte[] wrong = [.. image];
            BinaryPrimitives.WriteInt64LittleEndian(wrong.AsSpan(entry + 8), target | (1L << LogEntryLayout.KindShift));
            LogEntryLayout header = Blittable.Read<LogEntryLayout>(wrong.AsSpan(entry));
            BinaryPrimitives.WriteUInt32LittleEndian(
                wrong.AsSpan(entry + 20),
                LogEntryLayout.ComputeChecksum(in header, wrong.AsSpan(entry + LogEntryLayout.SizeBytes, (int)header.LengthBytes)));
            Assert.Equal("log entry", Assert.Throws<PmemCorruptionException>(() => Open(wrong)).Structure);
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(40, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void Whatever_the_bytes_are_a_region_opens_or_is_refused(int changes, bool sealsHeader)
    {
        const int Rounds = 4000;
        var random = new Random(Seed + changes);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] image = [.. s_sound];
            for (int i = 0; i < changes; i++)
            {
                Change(image, random);
            }

            if (sealsHeader)
            {
                image[16 + random.Next(32)] ^= (byte)(1 << random.Next(8));
                Seal(image);
            }

            try
            {
                refused += IsRefused(image) ? 1 : 0;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(FormattableString.Invariant($"seed {Seed + changes}, round {round}"), exception);
            }
        }

        output.WriteLine(FormattableString.Invariant($"{refused} of {Rounds} refused"));
        Assert.InRange(refused, 1, Rounds);
    }

    // Most changes hit the tables; the bytes of objects are the caller's.
    private static void Change(byte[] image, Random random)
    {
        RegionGeometry geometry = RecordedRegion.Geometry;
        long offset = random.Next(8) switch
        {
            0 => random.Next(RegionHeaderLayout.SizeBytes),
            1 => RegionGeometry.TypeOffset(random.Next(4)) + random.Next(128),
            2 => geometry.LaneOffset(random.Next(2)) + random.Next(200),
            3 or 4 => geometry.ChunkWordOffset(0) + random.Next(8 * geometry.ChunkCount),
            5 or 6 => geometry.ChunkOffset(random.Next(geometry.ChunkCount)) + random.Next(128),
            _ => random.Next(image.Length),
        };
        image[offset] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(image[offset] ^ (1 << random.Next(8)));
    }

    // Only these exceptions may come out, and a refusal may not have stored anything.
    private static bool IsRefused(byte[] image)
    {
        RecordedRegion region;
        var log = new StoreLog(image);
        try
        {
            region = RecordedRegion.Open(log);
        }
        catch (PmemException exception) when (exception is PmemCorruptionException or PmemFormatException
            or LayoutMismatchException or PmemCapacityException)
        {
            Assert.True(log.Medium.Window(0, image.Length).SequenceEqual(image), "a refused region was changed");
            return true;
        }

        Try(() => region.Push(5));
        Try(region.Pop);
        Try(region.Pop);
        Try(() => region.Transact(lane => region.Update(lane, region.From, region.CounterType)));
        Try(() => region.Transact(lane => lane.FreeArray(region.Field(24), region.EntryType)));
        Try(() => region.Transact(lane => lane.NewArray(region.EntryType, 300)));
        Try(() => region.Core.ArrayOf(region.CounterType, out _));
        return false;
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is PmemCorruptionException or PmemCapacityException
            || exception.GetType() == typeof(ArgumentException))
        {
            return;
        }
    }

    private static void Open(byte[] image)
    {
        var log = new StoreLog(image);
        try
        {
            _ = RecordedRegion.Open(log);
        }
        finally
        {
            Assert.True(log.Medium.Window(0, image.Length).SequenceEqual(image), "the region was changed");
        }
    }

    private static void Seal(byte[] image) => BinaryPrimitives.WriteUInt32LittleEndian(
        image.AsSpan(RegionHeaderLayout.ChecksumOffset),
        RegionHeaderLayout.ComputeChecksum(Blittable.Read<RegionHeaderLayout>(image)));

    private static long ArrayOf(RegionGeometry geometry)
    {
        RecordedRegion region = RecordedRegion.Open(new StoreLog(s_sound));
        return region.Core.Chunks.Find(region.Field(24))!.Offset;
    }
}
