using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Tool.Documents;

/// <summary>What a synchronisation found and did.</summary>
internal sealed record SyncDocument(string Path, int SourceReplica, bool IsApplied, IReadOnlyList<SyncDocument.Defect> Defects)
{
    internal static SyncDocument From(string path, PoolSetSyncReport report) => new(
        path,
        report.SourceReplica,
        report.IsApplied,
        [.. report.Defects.Select(d => new Defect(d.Replica, d.Part < 0 ? null : d.Part, d.Path, d.Kind.ToString(), d.Found))]);

    /// <summary>One part, or a whole replica.</summary>
    internal sealed record Defect(int Replica, int? Part, string Path, string Kind, string Found)
    {
        /// <summary>The defect as one line for people.</summary>
        internal string ToLine() => FormattableString.Invariant(
            $"replica {Replica}{(Part is { } part ? FormattableString.Invariant($", part {part}") : string.Empty)}, '{Path}': {Found}");
    }
}
