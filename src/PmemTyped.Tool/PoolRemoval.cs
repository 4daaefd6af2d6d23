using PmemTyped.Mapping;

namespace PmemTyped.Tool;

/// <summary>Removes a pool file that nobody has open.</summary>
internal static class PoolRemoval
{
    private static readonly byte[] s_setSignature = "PMEMPOOLSET"u8.ToArray();

    /// <summary>Removes the file.</summary>
    /// <exception cref="PmemIOException">Missing, a directory, no permission.</exception>
    /// <exception cref="PmemInUseException">Open elsewhere.</exception>
    /// <exception cref="PmemFormatException">It describes a pool set, whose parts would be left.</exception>
    internal static void Remove(string path)
    {
        using PmemSource source = PmemSource.Open(path, writable: false);
        source.LockExclusive("remove");
        if (IsSet(source))
        {
            throw new PmemFormatException(
                path,
                "file",
                0,
                "a pool in one file",
                "the description of a pool set",
                "Pool sets are not supported by this version.");
        }

        // Not the source's own way, which ignores errors.
        File.Delete(path);
    }

    private static bool IsSet(PmemSource source)
    {
        if (source.GetLengthBytes() < s_setSignature.Length)
        {
            return false;
        }

        byte[] start = new byte[s_setSignature.Length];
        source.ReadAt(0, start);
        return start.AsSpan().SequenceEqual(s_setSignature);
    }
}
