using System.Runtime.InteropServices;

namespace PmemTyped.Testing;

/// <summary>
/// Runs code without root's right to open everything: the file-system identity of this thread becomes that of nobody.
/// Where the tests do not run as root nothing changes, and permissions hold anyway.
/// </summary>
public static partial class Unprivileged
{
    private const uint Nobody = 65534;
    private const uint Keep = uint.MaxValue;

    public static void Run(Action action)
    {
        uint before = SetFileSystemUser(Keep);
        try
        {
            _ = SetFileSystemUser(before == 0 ? Nobody : before);
            action();
        }
        finally
        {
            _ = SetFileSystemUser(before);
        }
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial uint SetFileSystemUser(uint user);
}
