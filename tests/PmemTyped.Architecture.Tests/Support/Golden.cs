namespace PmemTyped.Architecture.Tests.Support;

/// <summary>
/// Committed text that is compared whole. PMEMTYPED_ACCEPT=1 rewrites it, for a person who reads the difference; a build
/// server must not, so it is refused where CI is set.
/// </summary>
internal static class Golden
{
    internal static bool IsAccepting
    {
        get
        {
            bool isAsked = Environment.GetEnvironmentVariable("PMEMTYPED_ACCEPT") == "1";
            bool isServer = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));
            Assert.False(isAsked && isServer, "PMEMTYPED_ACCEPT is for people: CI compares and never rewrites.");
            return isAsked;
        }
    }

    /// <summary>Fails with the first line that differs.</summary>
    /// <param name="relative">The committed file.</param>
    /// <param name="actual">What it should hold, with line feeds.</param>
    internal static void Verify(string relative, string actual)
    {
        string path = Repository.PathOf(relative);
        if (IsAccepting)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected != actual)
        {
            Assert.Fail(Difference(relative, expected.Split('\n'), actual.Split('\n')));
        }
    }

    /// <summary>Fails and lists the lines that only one of two lists has.</summary>
    internal static void SameLines(string what, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        string[] wanted = [.. expected.Order(StringComparer.Ordinal)];
        string[] found = [.. actual.Order(StringComparer.Ordinal)];
        string[] differences =
        [
            .. wanted.Except(found).Select(line => $"  not there: {line}"),
            .. found.Except(wanted).Select(line => $"  unexpected: {line}"),
        ];
        Assert.True(differences.Length == 0, $"{what}:\n{string.Join('\n', differences)}");
    }

    /// <summary>Fails and lists what breaks a rule.</summary>
    internal static void None(string rule, IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        Assert.True(found.Length == 0, $"{rule}:\n  {string.Join("\n  ", found)}");
    }

    private static string Difference(string relative, string[] expected, string[] actual)
    {
        int line = 0;
        while (line < expected.Length && line < actual.Length && expected[line] == actual[line])
        {
            line++;
        }

        return FormattableString.Invariant(
            $"{relative}, line {line + 1}:\n  committed: {LineAt(expected, line)}\n  now:       {LineAt(actual, line)}\nIf the change is meant, run with PMEMTYPED_ACCEPT=1 and read the difference.");
    }

    private static string LineAt(string[] lines, int line) => line < lines.Length ? lines[line] : "(end)";
}
