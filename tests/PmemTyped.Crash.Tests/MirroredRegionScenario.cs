using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// Another scenario of a region, on memory with a mirror. What must hold of the region after a crash must hold of each of the two
/// copies alone, and they are equal again when a set is opened.
/// </summary>
internal sealed class MirroredRegionScenario : ICrashScenario
{
    // Before each copy is the page where a pool set has its header; it is not mirrored, and nothing of a region is in it.
    private const int HeaderBytes = 4096;

    // Of a crash point with more states, the first and every so-manieth are looked at, unless a nightly run asks for all.
    private const int StatesPerPoint = 16;
    private const int Stride = 128;

    private readonly ICrashScenario _region;
    private readonly int _copyBytes;
    private readonly byte[] _initial;

    internal MirroredRegionScenario(ICrashScenario region)
    {
        _region = region;
        _copyBytes = HeaderBytes + region.Initial.Length;
        _initial = new byte[2 * _copyBytes];
        region.Initial.CopyTo(_initial.AsSpan(HeaderBytes));
        region.Initial.CopyTo(_initial.AsSpan(_copyBytes + HeaderBytes));
    }

    /// <summary>Gets the number of crash states that were looked at.</summary>
    internal int Checked { get; private set; }

    public ReadOnlySpan<byte> Initial => _initial;

    public void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium
    {
        SliceMedium<TMedium> master = Copy(medium, 0);
        var mirror = new PoolSetMirror<SliceMedium<TMedium>>(() => master, [Copy(medium, 1)]);
        var mirrored = new ObservedMedium<SliceMedium<TMedium>>(master, mirror);
        _region.Run(
            new SliceMedium<ObservedMedium<SliceMedium<TMedium>>>(mirrored, HeaderBytes, _copyBytes - HeaderBytes), log);
    }

    public void Check(CrashImage image, CrashPoint point)
    {
        if (!CrashRun.IsNightly && point.State >= StatesPerPoint && point.State % Stride != 0)
        {
            return;
        }

        Checked++;
        for (int copy = 0; copy < 2; copy++)
        {
            ReadOnlySpan<byte> bytes = Copy(image.Medium, copy).Window(HeaderBytes, _copyBytes - HeaderBytes);

            // A run that stores nothing leaves one state, which is the copy. Crashes during its recovery are tried with regions
            // that have no mirror: not with states of such a number.
            var still = new StoreLog(bytes);
            still.Acknowledge();
            long states = new CrashStateEnumerator(still, PersistModel.AtomSubset, CrashRun.Seed)
                .Visit((alone, _) => _region.Check(alone, point with { State = StatesPerPoint }));
            Assert.Equal(1, states);
        }

        SliceMedium<ImageMedium> master = Copy(image.Medium, 0);
        SliceMedium<ImageMedium> mirror = Copy(image.Medium, 1);
        PoolSetMirror<SliceMedium<ImageMedium>>.Equalize(master, [mirror]);
        Assert.True(master.Window(0, _copyBytes).SequenceEqual(mirror.Window(0, _copyBytes)), "the copies differ");
    }

    private SliceMedium<TMedium> Copy<TMedium>(TMedium medium, int index)
        where TMedium : struct, IPmemMedium => new(medium, (long)index * _copyBytes, _copyBytes);
}
