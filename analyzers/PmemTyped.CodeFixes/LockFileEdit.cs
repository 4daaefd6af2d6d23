using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using PmemTyped.Analyzers.LockFile;

namespace PmemTyped.CodeFixes;

/// <summary>Changes of the lock file: always in order, in the line endings that it has.</summary>
internal static class LockFileEdit
{
    /// <summary>Puts lines into the unshipped file, which replaces those of the same layout and version; makes the files where they are missing.</summary>
    internal static async Task<Solution> RecordAsync(Project project, IReadOnlyList<string> lines, CancellationToken token)
    {
        Solution solution = project.Solution;
        TextDocument? unshipped = project.AdditionalDocuments.FirstOrDefault(d => Path.GetFileName(d.FilePath ?? d.Name) == LockText.Unshipped);
        SourceText text = unshipped is null ? SourceText.From("") : await unshipped.GetTextAsync(token).ConfigureAwait(false);
        SourceText changed = Merge(text, lines);
        if (unshipped is not null)
        {
            return solution.WithAdditionalDocumentText(unshipped.Id, changed);
        }

        solution = Add(solution, project, LockText.Unshipped, changed);
        return project.AdditionalDocuments.Any(d => Path.GetFileName(d.FilePath ?? d.Name) == LockText.Shipped)
            ? solution
            : Add(solution, project, LockText.Shipped, SourceText.From(""));
    }

    /// <summary>The same lines in order, each once; null when that would lose something.</summary>
    internal static SourceText? Sorted(SourceText text)
    {
        string[] lines = [.. text.Lines.Select(l => l.ToString().Trim()).Where(l => l.Length > 0 && l[0] != '#').Distinct()];
        LockLine?[] parsed = [.. lines.Select(l => LockLine.Parse(l, default))];
        bool isSafe = parsed.All(l => l is not null) && parsed.Select(l => (l!.Name, l.Version)).Distinct().Count() == parsed.Length;
        return isSafe ? Merge(text, []) : null;
    }

    private static SourceText Merge(SourceText text, IReadOnlyList<string> lines)
    {
        string newLine = text.ToString().Contains("\r\n") ? "\r\n" : "\n";
        List<string> old = [.. text.Lines.Select(l => l.ToString().Trim()).Where(l => l.Length > 0)];
        IEnumerable<string> comments = old.Where(l => l[0] == '#');
        var merged = new Dictionary<(string, int), LockLine>();
        foreach (LockLine line in old.Concat(lines).Select(l => LockLine.Parse(l, default)).OfType<LockLine>())
        {
            merged[(line.Name, line.Version)] = line;
        }

        List<LockLine> ordered = [.. merged.Values];
        ordered.Sort(LockLine.Order);
        return SourceText.From(string.Concat(comments.Concat(ordered.Select(l => l.Text)).Select(l => l + newLine)), text.Encoding);
    }

    private static Solution Add(Solution solution, Project project, string name, SourceText text)
    {
        string? folder = Path.GetDirectoryName(project.FilePath);
        return solution.AddAdditionalDocument(
            DocumentId.CreateNewId(project.Id), name, text, filePath: folder is null ? name : Path.Combine(folder, name));
    }
}
