using System.Diagnostics;
using System.Net.Sockets;

namespace PmemTyped.Mapping.Tests;

/// <summary>Files that cannot be mapped.</summary>
internal static class SpecialFile
{
    internal static void MakePipe(string path) => Run("mkfifo", path);

    // Binding makes the file; disposing the socket removes the name that was bound.
    internal static void MakeSocket(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path + ".bound"));
        File.Move(path + ".bound", path);
    }

    /// <summary>A loop device that need not exist: looking at it does not reach it. Needs the superuser.</summary>
    internal static void MakeBlockDevice(string path) => Run("mknod", path, "b", "7", "200");

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
