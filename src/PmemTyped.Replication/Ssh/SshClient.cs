using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace PmemTyped.Replication.Ssh;

/// <summary>
/// The ssh client as a child process. Whoever ends it waits until it is gone, with everything that it started. Threads: safe.
/// </summary>
internal sealed class SshClient : IDisposable
{
    private const int KeptMessageChars = 4 << 10;
    private const int GoneMs = 2000;
    private const int LastWordsMs = 1000;

    private readonly object _lock = new();
    private readonly Process _process;
    private readonly string _name;
    private readonly StringBuilder _messages = new();
    private bool _hasSaidAll;
    private bool _isEnded;

    private SshClient(Process process, string name)
    {
        _process = process;
        _name = name;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Gets what the command there writes.</summary>
    internal Stream Input => _process.StandardOutput.BaseStream;

    /// <summary>Gets what it reads.</summary>
    internal Stream Output => _process.StandardInput.BaseStream;

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">There is no such program.</exception>
    internal static SshClient Start(SshCommand command, RpmemTarget target)
    {
        var start = new ProcessStartInfo(command.Program, command.NextArguments(target))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new SshClient(Process.Start(start)!, target.Host);
        }
        catch (ExternalException e)
        {
            throw new IOException(
                $"The ssh client '{command.Program}' cannot be started: {e.Message}. Install one, or name it in {SshCommand.ProgramVariable}.", e);
        }
    }

    /// <summary>Why it ended, as far as can be known soon; only for when it ended.</summary>
    internal string Reason()
    {
        int? status;
        try
        {
            status = _process.WaitForExit(LastWordsMs) ? _process.ExitCode : null;
        }
        catch (InvalidOperationException)
        {
            return $"The ssh client to {_name} was ended.";
        }

        string said;
        lock (_lock)
        {
            // A child of the client may hold the pipe for ever.
            if (!_hasSaidAll)
            {
                _ = Monitor.Wait(_lock, LastWordsMs);
            }

            said = _messages.ToString().Trim();
        }

        const int SshFailed = 255;
        const int NotFound = 127;
        string end = status is { } code
            ? FormattableString.Invariant($"ssh to {_name} ended with status {code}")
            : $"ssh to {_name} closed the connection";
        string hint = status switch
        {
            SshFailed => "Check that 'ssh -oBatchMode=yes' works there without a question",
            NotFound => $"Install the tool there, or name it in {SshCommand.CommandVariable}",
            _ => "The messages tell what the other side did",
        };
        return $"{end}{(said.Length > 0 ? $", and said: {said}" : " without a message")}. {hint}.";
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
        }

        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or ExternalException or AggregateException)
        {
            // It ended by itself, or a child of it did meanwhile.
        }

        _ = _process.WaitForExit(GoneMs);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_lock)
        {
            if (line is null)
            {
                _hasSaidAll = true;
                Monitor.PulseAll(_lock);
                return;
            }

            foreach (char c in line)
            {
                _messages.Append(char.IsControl(c) ? '?' : c);
            }

            _messages.Append(' ');
            if (_messages.Length > KeptMessageChars)
            {
                _messages.Remove(0, _messages.Length - KeptMessageChars);
            }
        }
    }
}
