using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PmemTyped.Mapping.Tests;

/// <summary>A handle for reading and for writing at the end, which .NET itself never opens.</summary>
internal static class AppendingHandle
{
    private const int ReadWriteAppend = 0x402;

    internal static SafeFileHandle Open(string path)
    {
        var handle = new SafeFileHandle(OpenFile([.. System.Text.Encoding.UTF8.GetBytes(path), 0], ReadWriteAppend), ownsHandle: true);
        Assert.False(handle.IsInvalid);
        return handle;
    }

    [DllImport("libc", EntryPoint = "open")]
    private static extern int OpenFile(byte[] path, int flags);
}
