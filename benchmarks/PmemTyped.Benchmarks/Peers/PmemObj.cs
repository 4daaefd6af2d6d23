using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PmemTyped.Benchmarks.Peers;

/// <summary>
/// libpmemobj, through a shared object that is compiled from <c>PmemObj.c</c> with gcc when the comparison runs.
/// </summary>
internal sealed unsafe class PmemObj : IDisposable
{
    private readonly nint _library;
    private readonly nint _bench;
    private readonly delegate* unmanaged<nint, int, int> _transfer;
    private readonly delegate* unmanaged<nint, int, int> _replace;
    private readonly delegate* unmanaged<nint, void> _close;

    internal PmemObj(string poolPath, long poolBytes)
    {
        _library = NativeLibrary.Load(Compile(Path.GetDirectoryName(poolPath)!));
        var open = (delegate* unmanaged<byte*, nuint, nint>)NativeLibrary.GetExport(_library, "bench_open");
        _transfer = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(_library, "bench_transfer");
        _replace = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(_library, "bench_replace");
        _close = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(_library, "bench_close");
        byte* path = (byte*)Marshal.StringToCoTaskMemUTF8(poolPath);
        _bench = open(path, (nuint)poolBytes);
        Marshal.FreeCoTaskMem((nint)path);
        if (_bench == 0)
        {
            throw new IOException($"pmemobj_create of '{poolPath}' failed.");
        }
    }

    public void Dispose()
    {
        _close(_bench);
        NativeLibrary.Free(_library);
    }

    internal void Transfer(int operations) => Comparison.PeerCalls.Require(_transfer(_bench, operations));

    internal void Replace(int operations) => Comparison.PeerCalls.Require(_replace(_bench, operations));

    private static string Compile(string directory)
    {
        string source = Path.Combine(AppContext.BaseDirectory, "Peers", "PmemObj.c");
        string library = Path.Combine(directory, "libpmemtyped-benchmark.so");
        try
        {
            using Process gcc = Process.Start("gcc", ["-O2", "-shared", "-fPIC", "-o", library, source, "-lpmemobj"]);
            gcc.WaitForExit();
            return gcc.ExitCode == 0
                ? library
                : throw new DllNotFoundException("libpmemobj: its headers are not here (Debian package libpmemobj-dev).");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new DllNotFoundException("libpmemobj: gcc, which compiles its transactions, is not here.");
        }
    }
}
