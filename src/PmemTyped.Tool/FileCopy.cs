using PmemTyped.Mapping;

namespace PmemTyped.Tool;

/// <summary>Copies a pool file that this process has locked; the runtime's own copying would ask for the lock.</summary>
internal static class FileCopy
{
    private const int WindowBytes = 1 << 20;

    /// <summary>Makes the copy, durable on return.</summary>
    /// <exception cref="IOException">The copy exists already, or the disk is full; then there is no copy.</exception>
    internal static void Make(string path, string copy)
    {
        using PmemSource source = PmemSource.Open(path, writable: false);
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Read });
        using var file = new FileStream(copy, FileMode.CreateNew, FileAccess.Write);
        try
        {
            using scoped PmemMapLease lease = map.Lease();
            for (long offset = 0; offset < lease.LengthBytes; offset += WindowBytes)
            {
                map.Preload(offset, Math.Min(2 * WindowBytes, lease.LengthBytes - offset));
                file.Write(lease.Window(offset, (int)Math.Min(WindowBytes, lease.LengthBytes - offset)));
            }

            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(copy);
            throw;
        }
    }
}
