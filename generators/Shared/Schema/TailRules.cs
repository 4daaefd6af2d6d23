// Holds one idea: which field of a layout may be as long in a record as what it holds.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

internal static class TailRules
{
    /// <summary>The field marked [VariableLength], or null after adding what is wrong with those that are.</summary>
    internal static ISymbol? Find(INamedTypeSymbol type, List<PlacedField> placed, PlanContext context)
    {
        ISymbol? last = placed.LastOrDefault(f => !LayoutPlanner.IsReserved(f.Symbol)).Symbol;
        ISymbol? tail = null;
        foreach (PlacedField field in placed.Where(f => TypeNames.Attribute(f.Symbol, TypeNames.VariableLength) is not null))
        {
            if (Fault(type, field, last) is { } fault)
            {
                context.Add(ProblemKind.UnusableDeclaration, field.Symbol, $"[VariableLength] on '{field.Symbol.Name}' cannot be kept: {fault}");
            }
            else
            {
                tail = field.Symbol;
            }
        }

        return tail;
    }

    private static string? Fault(INamedTypeSymbol type, PlacedField field, ISymbol? last) =>
        field.Shape.Kind is not (FieldKind.Text or FieldKind.Bytes)
            ? "its type is marked neither [Utf8Text] nor [VariableBytes]"
        : LayoutPlanner.IsReserved(field.Symbol) ? "it is reserved"
        : !SymbolEqualityComparer.Default.Equals(field.Symbol, last) ? $"'{last?.Name}' lies behind it, and a record ends with it"
        : !RecordPlanner.IsRecord(type) ? $"'{type.Name}' is not marked [BlockRecord], and only records have lengths"
        : null;
}
