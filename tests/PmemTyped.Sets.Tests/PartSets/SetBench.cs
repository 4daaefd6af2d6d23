using PmemTyped.Mapping;
using PmemTyped.Testing;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>A directory, sources in it, and a set over them; everything is given back at the end of a test.</summary>
internal sealed class SetBench : IDisposable
{
    internal const long Unit = 64 * 1024;

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly List<IDisposable> _owned = [];
    private int _files;

    internal List<PmemSetEvent> Events { get; } = [];

    internal string Directory => _directory.Path;

    internal static PmemSetConfig Config { get; } = new() { RequiredGranularity = StoreGranularity.Page };

    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        _directory.Dispose();
    }

    internal T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    internal PmemSet NewSet(PmemSetConfig? config = null) => Own(PmemSet.Create(config ?? Config));

    /// <summary>A set whose events are recorded.</summary>
    internal PmemSet NewHeardSet(PmemSetConfig? config = null) => NewSet((config ?? Config) with
    {
        EventHandler = (PmemSet _, in PmemSetEvent e) =>
        {
            Events.Add(e);
            return 0;
        },
    });

    internal PmemSetEventKind[] TakeKinds()
    {
        PmemSetEventKind[] kinds = [.. Events.Select(e => e.Kind)];
        Events.Clear();
        return kinds;
    }

    internal string NewPath() => _directory.File(FormattableString.Invariant($"file{++_files}"));

    internal string NewFile(long lengthBytes)
    {
        string path = NewPath();
        using FileStream file = File.Create(path);
        file.SetLength(lengthBytes);
        return path;
    }

    /// <summary>How many mappings of files of this bench the process has.</summary>
    internal int CountMapped() =>
        File.ReadLines("/proc/self/maps").Count(line => line.Contains(Directory, StringComparison.Ordinal));

    internal PmemSetSource Source(long lengthBytes, string? forced = null) =>
        Own(PmemSetSource.FromFile(NewFile(lengthBytes), platform: forced is null ? null : Forced(forced)));

    internal PmemSetSource Temporary() => Own(PmemSetSource.CreateTemporary(Directory));

    internal static PmemPlatform Forced(string granularity) =>
        new(name => name == "PMEM2_FORCE_GRANULARITY" ? granularity : null);

    internal static PmemSetMapConfig Range(long offset, long length) => new() { OffsetBytes = offset, LengthBytes = length };

    /// <summary>Pieces of one unit each, coalesced at one address if that is possible here.</summary>
    internal (PmemSet Set, long Address) Coalesced(int pieces, PmemSetConfig? config = null)
    {
        VmReservation reservation = Own(VmReservation.Create(32 * Unit));
        PmemSet set = NewHeardSet((config ?? Config) with { Reservation = reservation });
        set.Coalescing = PartCoalescing.Full;
        PmemSetSource source = Temporary();
        for (int i = 0; i < pieces; i++)
        {
            set.Map(source, Range(i * Unit, Unit));
        }

        Events.Clear();
        return (set, reservation.Address);
    }

    internal static PmemSetDescriptor[] PartsOf(PmemSet set)
    {
        List<PmemSetDescriptor> parts = [];
        PmemSetPartMap? part = set.FirstPart();
        while (part is not null)
        {
            parts.Add(part.Descriptor);
            PmemSetPartMap? next = set.NextPart(part);
            part.Dispose();
            part = next;
        }

        return [.. parts];
    }

    internal static PmemSetException Refused(PmemSetError error, Action action)
    {
        var refusal = Assert.Throws<PmemSetException>(action);
        Assert.Equal(error, refusal.Error);
        return refusal;
    }

    internal static void Remove(PmemSet set, long address) => set.Remove(set.PartAt(address));
}
