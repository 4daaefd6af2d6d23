using System.Net.Sockets;
using System.Text;

namespace PmemTyped.Tool.Targets;

/// <summary>Tells a service manager how far this process is, where one asked for it. (sd_notify)</summary>
internal static class ServiceNotice
{
    internal const string Variable = "NOTIFY_SOCKET";

    /// <summary>Sends a state; who does not listen is not waited for.</summary>
    /// <param name="state">For example READY=1.</param>
    internal static void Send(string state)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            return;
        }

        try
        {
            // A name that begins with @ is not in the file system.
            var place = new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            _ = socket.SendTo(Encoding.UTF8.GetBytes(state), place);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // The target serves all the same; the manager says what it thinks of the silence.
        }
    }
}
