using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>A file of two pages to map into reservations.</summary>
internal sealed class ReservedFile : IDisposable
{
    internal const long SizeBytes = 2 * 4096;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    internal ReservedFile(PmemPlatform? platform = null)
    {
        File.WriteAllBytes(Path, new byte[SizeBytes]);
        Source = PmemSource.Open(Path, platform: platform);
    }

    internal string Path => _directory.File("reserved");

    internal PmemSource Source { get; }

    internal PmemMap Map(VmReservation? reservation = null, long offset = 0, long lengthBytes = 0) =>
        PmemMap.Map(
            Source,
            new PmemMapConfig { Reservation = reservation, ReservationOffsetBytes = offset, LengthBytes = lengthBytes });

    internal int CountMapped() => File.ReadLines("/proc/self/maps").Count(l => l.EndsWith(Path, StringComparison.Ordinal));

    public void Dispose()
    {
        Source.Dispose();
        _directory.Dispose();
    }
}
