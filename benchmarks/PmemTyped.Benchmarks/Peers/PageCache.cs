using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PmemTyped.Benchmarks.Peers;

/// <summary>Empties the page cache of one file, as a restart of the machine does.</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    internal static void Drop(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
        int error = Advise((int)file.DangerousGetHandle(), 0, 0, DontNeed);
        if (error != 0)
        {
            throw new IOException($"posix_fadvise of '{path}' failed with {error}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
