using Microsoft.CodeAnalysis;
using PmemTyped.Analyzers;

namespace PmemTyped.CodeFixes;

/// <summary>The statements that fixes insert, as text.</summary>
internal static class PersistStatements
{
    /// <summary>Persists the fields that the diagnostic names, or the whole object.</summary>
    internal static string Persist(Diagnostic diagnostic) => $"{Root(diagnostic)}.Persist({FieldSet(diagnostic)});";

    /// <summary>The fields that the diagnostic names as an argument; nothing for the whole object.</summary>
    internal static string FieldSet(Diagnostic diagnostic)
    {
        string layout = Property(diagnostic, FixKeys.Layout);
        string[] fields = Property(diagnostic, FixKeys.Fields).Split([','], StringSplitOptions.RemoveEmptyEntries);
        return layout.Length == 0 ? "" : string.Join(" | ", fields.Select(f => $"{layout}.FieldSet.{f}"));
    }

    /// <summary>One change after another, where each needs the tree that the one before has made.</summary>
    internal static SyntaxNode Apply(this SyntaxNode root, Func<SyntaxNode, SyntaxNode> change) => change(root);

    /// <summary>What the title says is persisted.</summary>
    internal static string Subject(Diagnostic diagnostic) =>
        Property(diagnostic, FixKeys.Fields) is { Length: > 0 } fields && !fields.Contains(',')
            ? Root(diagnostic) + "." + fields
            : Root(diagnostic);

    internal static string Root(Diagnostic diagnostic) => Property(diagnostic, FixKeys.Root);

    internal static string Property(Diagnostic diagnostic, string key) =>
        diagnostic.Properties.TryGetValue(key, out string? value) && value is not null ? value : "";
}
