using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// One small program of the corpus. A file holds several, each after a line <c>//// name: expected rules</c>; a program
/// without expected rules is correct. The class is the first part of the file's name.
/// </summary>
internal sealed partial record CorpusProgram(string Class, string Name, IReadOnlyList<string> Expected, string Members)
{
    internal static IReadOnlyList<CorpusProgram> All { get; } = [.. Directory.EnumerateFiles(Folder(), "*.cs").Order(StringComparer.Ordinal).SelectMany(Read)];

    internal bool IsBuggy => Expected.Count > 0;

    /// <summary>Gets the whole file, with the directives that the program begins with at its start.</summary>
    internal string Source => "using System.Collections.Generic;\n" + DurabilityRuleTests.InClass(Members);

    private static IEnumerable<CorpusProgram> Read(string file)
    {
        string[] parts = File.ReadAllText(file).Split("//// ", StringSplitOptions.RemoveEmptyEntries);
        foreach (string part in parts)
        {
            Match head = Head().Match(part);
            yield return new CorpusProgram(
                Path.GetFileName(file).Split('.')[0],
                head.Groups["name"].Value,
                head.Groups["ids"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                part[head.Length..]);
        }
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Corpus");

    [GeneratedRegex(@"^(?<name>[^\n]*?)(: (?<ids>PMT\d{4}(,PMT\d{4})*))?\n")]
    private static partial Regex Head();
}
