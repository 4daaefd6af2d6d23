using System.Globalization;
using PmemTyped.Replication.Ssh;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>A script in place of the ssh client, which notes its arguments and its process, and then does what a test says.</summary>
internal sealed class FakeSsh : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TempDirectory _directory;
    private readonly string? _program = Environment.GetEnvironmentVariable(SshCommand.ProgramVariable);
    private readonly string? _command = Environment.GetEnvironmentVariable(SshCommand.CommandVariable);

    /// <param name="directory">Where the script lies.</param>
    /// <param name="does">Lines of shell; by default the last argument is run, as sshd does.</param>
    internal FakeSsh(TempDirectory directory, string does = "for last; do :; done; exec sh -c \"$last\"")
    {
        _directory = directory;
        string script = directory.File("ssh.sh");
        File.WriteAllText(script, $"#!/bin/sh\nprintf '%s\\n' \"$@\" > '{Arguments}'\necho $$ >> '{Processes}'\n{does}\n");
        File.SetUnixFileMode(script, Executable);
        Environment.SetEnvironmentVariable(SshCommand.ProgramVariable, script);
    }

    internal string Arguments => _directory.File("arguments");

    /// <summary>Gets the processes that were started and still are there.</summary>
    internal IReadOnlyList<int> Left => [.. Started.Where(IsThere)];

    internal IEnumerable<int> Started => File.Exists(Processes)
        ? File.ReadAllLines(Processes).Select(l => int.Parse(l, CultureInfo.InvariantCulture)) : [];

    internal string Processes => _directory.File("processes");

    internal static string ServeCommand(string arguments) => $"exec '{ToolProcess.Dotnet}' '{ToolProcess.ToolPath}' target serve --stdio {arguments}";

    internal static void Command(string text) => Environment.SetEnvironmentVariable(SshCommand.CommandVariable, text);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(SshCommand.ProgramVariable, _program);
        Environment.SetEnvironmentVariable(SshCommand.CommandVariable, _command);
    }

    // One that nobody waited for is dead all the same.
    private static bool IsThere(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
