using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PmemTyped.Replication.Ssh;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>An ssh daemon on a free port of loopback, with keys of its own, and the client that knows it.</summary>
internal sealed class RealSshd : IDisposable
{
    // The daemon wants it, and only an installed service makes it.
    private const string SeparationDirectory = "/run/sshd";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _directory;
    private readonly Process _daemon;
    private readonly bool _hasMadeDirectory;
    private readonly string? _program = Environment.GetEnvironmentVariable(SshCommand.ProgramVariable);
    private readonly string? _command = Environment.GetEnvironmentVariable(SshCommand.CommandVariable);

    internal RealSshd(TempDirectory directory, string forcedCommand = "")
    {
        _directory = directory;
        if (Environment.IsPrivilegedProcess && !Directory.Exists(SeparationDirectory))
        {
            Directory.CreateDirectory(SeparationDirectory);
            _hasMadeDirectory = true;
        }

        Port = FreePort();
        NewKey("host");
        NewKey("user");
        NewKey("other");
        string restriction = forcedCommand.Length > 0 ? $"restrict,command=\"{forcedCommand.Replace("\"", "\\\"", StringComparison.Ordinal)}\" " : string.Empty;
        File.WriteAllText(directory.File("authorized"), restriction + File.ReadAllText(directory.File("user.pub")));
        File.WriteAllText(directory.File("known"), FormattableString.Invariant($"[127.0.0.1]:{Port} {File.ReadAllText(directory.File("host.pub"))}"));
        File.WriteAllText(directory.File("sshd_config"), FormattableString.Invariant($"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {directory.File("host")}
            AuthorizedKeysFile {directory.File("authorized")}
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password

            """));
        UseKey("user");
        _daemon = Process.Start(new ProcessStartInfo(
            SshdFactAttribute.Daemon, ["-D", "-e", "-f", directory.File("sshd_config")])
        { RedirectStandardError = true })!;
        _daemon.BeginErrorReadLine();
        WaitUntilItListens();
    }

    internal int Port { get; }

    internal string Address => FormattableString.Invariant($"{Environment.UserName}@127.0.0.1:{Port}");

    /// <summary>Makes the client show a key.</summary>
    internal void UseKey(string name)
    {
        string script = _directory.File("ssh.sh");
        File.WriteAllText(
            script,
            $"""
            #!/bin/sh
            echo $$ >> '{_directory.File("processes")}'
            exec /usr/bin/ssh -F none -i '{_directory.File(name)}' -oIdentitiesOnly=yes -oUserKnownHostsFile='{_directory.File("known")}' -oStrictHostKeyChecking=yes "$@"

            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable(SshCommand.ProgramVariable, script);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(SshCommand.ProgramVariable, _program);
        Environment.SetEnvironmentVariable(SshCommand.CommandVariable, _command);
        _daemon.Kill(entireProcessTree: true);
        _daemon.WaitForExit();
        _daemon.Dispose();
        if (_hasMadeDirectory)
        {
            Directory.Delete(SeparationDirectory);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void NewKey(string name)
    {
        using Process keygen = Process.Start("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", _directory.File(name)]);
        keygen.WaitForExit();
        Assert.Equal(0, keygen.ExitCode);
    }

    private void WaitUntilItListens()
    {
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                try
                {
                    using var probe = new TcpClient();
                    probe.Connect(IPAddress.Loopback, Port);
                    return true;
                }
                catch (SocketException)
                {
                    Thread.Sleep(20);
                    return _daemon.HasExited;
                }
            },
            s_patience));
        Assert.False(_daemon.HasExited, "sshd did not start.");
    }
}
