using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Tool.Documents;

/// <summary>What is to be said about a set file.</summary>
internal sealed record LintDocument(string Path, bool IsUsable, IReadOnlyList<LintDocument.Issue> Issues)
{
    internal static LintDocument From(string path, IReadOnlyList<PoolSetIssue> issues) => new(
        path,
        !issues.Any(i => i.IsError),
        [.. issues.OrderBy(i => i.Line).Select(i => new Issue(i.Line, i.Column, i.IsError ? "error" : "remark", i.Error.ToString(), i.Message))]);

    /// <summary>One remark, with its place.</summary>
    internal sealed record Issue(int Line, int Column, string Severity, string Code, string Message)
    {
        /// <summary>The remark as one line for people, in the form that editors understand.</summary>
        internal string ToLine(string path) => FormattableString.Invariant($"{path}:{Line}:{Column}: {Severity}: {Message}");
    }
}
