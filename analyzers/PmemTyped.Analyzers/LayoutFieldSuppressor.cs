using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers;

/// <summary>
/// Takes back the compiler's warnings about fields that are never assigned or used, where the field belongs to a
/// layout: it is written through the map, or is there to keep bytes free.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LayoutFieldSuppressor : DiagnosticSuppressor
{
    private const string Reason = "The field of a persistent layout is written through the map";

    private static readonly SuppressionDescriptor s_neverAssigned = new("PMTS001", "CS0649", Reason);
    private static readonly SuppressionDescriptor s_neverUsed = new("PMTS002", "CS0169", Reason);

    // The storage of mapped properties is in the generated part, behind all fields, and is checked before its first use.
    private static readonly SuppressionDescriptor s_severalParts = new(
        "PMTS004", "CS0282", "The storage of mapped properties lies behind the fields, and its offsets are checked at start");

    // The fields of a layout are public because they are the layout.
    private static readonly SuppressionDescriptor[] s_publicFields =
        [.. new[] { "CA1051", "SA1401", "S1104" }.Select(id => new SuppressionDescriptor("PMTS003", id, "The fields of a persistent layout are its format"))];

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions => [s_neverAssigned, s_neverUsed, s_severalParts, .. s_publicFields];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree)
            {
                continue;
            }

            SyntaxNode node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
            ISymbol? symbol = context.GetSemanticModel(tree).GetDeclaredSymbol(node, context.CancellationToken);
            INamedTypeSymbol? owner = diagnostic.Id == s_severalParts.SuppressedDiagnosticId ? symbol as INamedTypeSymbol : symbol?.ContainingType;
            if (owner is { } type && TypeNames.Attribute(type, TypeNames.PersistentLayout) is not null)
            {
                context.ReportSuppression(Suppression.Create(
                    SupportedSuppressions.First(s => s.SuppressedDiagnosticId == diagnostic.Id), diagnostic));
            }
        }
    }
}
