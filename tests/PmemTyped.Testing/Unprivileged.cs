using System.Runtime.InteropServices;

namespace PmemTyped.Testing;

/// <summary>
/// Runs code as a user whom file permissions bind. The superuser may open every file, so a thread of its own takes the
/// file system identity of "nobody"; setfsuid binds one thread only.
/// </summary>
public static class Unprivileged
{
    private const uint Nobody = 65534;
    private const uint Superuser = 0;
    private const uint Ask = uint.MaxValue;

    public static void Run(Action action)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            action();
            return;
        }

        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => RunAsNobody(action)));
        thread.Start();
        thread.Join();
        Assert.True(failure is null, failure?.ToString());
    }

    private static void RunAsNobody(Action action)
    {
        _ = SetFileSystemUser(Nobody);
        try
        {
            Assert.Equal((int)Nobody, SetFileSystemUser(Ask));
            action();
        }
        finally
        {
            _ = SetFileSystemUser(Superuser);
        }
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(uint user);
}
