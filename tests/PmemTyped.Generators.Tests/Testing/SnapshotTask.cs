using System.Runtime.CompilerServices;
using System.Text;

namespace PmemTyped.Testing;

/// <summary>A comparison that has not run yet; awaiting it runs it.</summary>
/// <param name="produce">Makes the texts.</param>
/// <param name="sourceFile">Path of the test's source file.</param>
/// <param name="method">Name of the test.</param>
/// <param name="environment">Reads environment variables; the process's own when null.</param>
public sealed class SnapshotTask(
    Func<IReadOnlyList<SnapshotTarget>> produce,
    string sourceFile,
    string method,
    Func<string, string?>? environment = null)
{
    private const string AcceptVariable = "PMEMTYPED_ACCEPT";
    private const string Verified = ".verified.";
    private const string Received = ".received.";

    private readonly Func<string, string?> _environment = environment ?? Environment.GetEnvironmentVariable;
    private readonly string _directory = Path.GetDirectoryName(sourceFile)!;
    private string _prefix = $"{Path.GetFileNameWithoutExtension(sourceFile)}.{method}";

    public static implicit operator Task(SnapshotTask task) => task.RunAsync();

    /// <summary>Tells the cases of one parametrised test apart.</summary>
    public SnapshotTask UseTextForParameters(string text)
    {
        _prefix += "_" + text;
        return this;
    }

    public TaskAwaiter GetAwaiter() => RunAsync().GetAwaiter();

    private async Task RunAsync()
    {
        if (!Directory.Exists(_directory))
        {
            throw new DirectoryNotFoundException(
                $"'{_directory}' does not exist: the test project must set DeterministicSourcePaths to false.");
        }

        bool accepts = _environment(AcceptVariable) is "1" or "true";
        if (accepts && !string.IsNullOrEmpty(_environment("CI")))
        {
            throw new InvalidOperationException($"{AcceptVariable} is refused on a build server.");
        }

        var findings = new List<string>();
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (SnapshotTarget target in produce())
        {
            string stem = target.Name.Length == 0 ? _prefix : $"{_prefix}#{target.Name}";
            if (!expected.Add(stem + Verified + target.Extension))
            {
                throw new InvalidOperationException($"Two texts would be kept as '{stem}'.");
            }

            if (await CompareAsync(stem, target, accepts) is { } finding)
            {
                findings.Add(finding);
            }
        }

        findings.AddRange(Stale(expected, accepts));
        if (findings.Count > 0)
        {
            throw new SnapshotException(string.Join('\n', findings));
        }
    }

    private async Task<string?> CompareAsync(string stem, SnapshotTarget target, bool accepts)
    {
        string verified = Path.Combine(_directory, stem + Verified + target.Extension);
        string received = Path.Combine(_directory, stem + Received + target.Extension);
        string now = Canonical(target.Text);
        string? before = File.Exists(verified) ? Canonical(await File.ReadAllTextAsync(verified)) : null;
        if (before == now || accepts)
        {
            File.Delete(received);
            if (before != now)
            {
                await File.WriteAllTextAsync(verified, now, Encoding.UTF8);
            }

            return null;
        }

        await File.WriteAllTextAsync(received, now, Encoding.UTF8);
        return before is null
            ? $"New: {Path.GetFileName(received)}"
            : $"NotEqual: {Path.GetFileName(verified)}\n{FirstDifference(before, now)}";
    }

    private List<string> Stale(HashSet<string> expected, bool accepts)
    {
        var findings = new List<string>();
        foreach (string path in Directory.EnumerateFiles(_directory, $"{_prefix}*{Verified}*"))
        {
            string name = Path.GetFileName(path);
            if (name[_prefix.Length] is not ('#' or '.') || expected.Contains(name))
            {
                continue;
            }

            if (accepts)
            {
                File.Delete(path);
            }
            else
            {
                findings.Add($"Delete: {name}");
            }
        }

        return findings;
    }

    // A checkout may have added a byte order mark, carriage returns or a last line feed.
    private static string Canonical(string text) => text.TrimStart('\uFEFF').ReplaceLineEndings("\n").TrimEnd('\n');

    private static string FirstDifference(string before, string now)
    {
        string[] old = before.Split('\n');
        string[] current = now.Split('\n');
        int line = old.Zip(current).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"  line {line + 1}\n  - {LineOf(old, line)}\n  + {LineOf(current, line)}";
    }

    private static string LineOf(string[] lines, int index) => index < lines.Length ? lines[index] : "<end>";
}
