// Holds one idea: what an outer layout must know of a nested one. From source it is planned; from a referenced
// assembly, where offsets are not visible to the compiler, it is read from constants of the generated class.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

internal sealed record NestedFacts(int Size, int RuntimeAlignment, int Alignment, string Wire, bool IsPlain)
{
    /// <summary>Suffix of the generated class beside every visible layout.</summary>
    internal const string ClassSuffix = "Persistence";

    internal const string SizeConstant = "SizeBytes";
    internal const string AlignmentConstant = "AlignmentBytes";
    internal const string RuntimeAlignmentConstant = "RuntimeAlignmentBytes";
    internal const string HashConstant = "LayoutHash";
    internal const string PlainConstant = "IsPlain";

    internal static NestedFacts? Of(INamedTypeSymbol type, PlanContext context)
    {
        if (type.DeclaringSyntaxReferences.IsEmpty)
        {
            return FromMetadata(type);
        }

        return LayoutPlanner.Plan(type, context).Model is { } model
            ? new NestedFacts(
                model.Size,
                model.RuntimeAlignment,
                model.Alignment,
                LayoutText.NestedWire(model.LayoutName, model.Version, model.Hash),
                model.IsPlain)
            : null;
    }

    private static NestedFacts? FromMetadata(INamedTypeSymbol type)
    {
        string className = DeclarationRules.Identify(type).FlatName + ClassSuffix;
        INamedTypeSymbol? facts = type.ContainingNamespace.GetTypeMembers(className).FirstOrDefault(t =>
            SymbolEqualityComparer.Default.Equals(t.ContainingAssembly, type.ContainingAssembly));
        LayoutAttribute? attribute = LayoutAttribute.Of(type);
        return attribute is not null
            && Constant(facts, SizeConstant) is int size
            && Constant(facts, AlignmentConstant) is int alignment
            && Constant(facts, RuntimeAlignmentConstant) is int runtimeAlignment
            && Constant(facts, HashConstant) is ulong hash
            ? new NestedFacts(
                size,
                runtimeAlignment,
                alignment,
                LayoutText.NestedWire(attribute.Name, attribute.Version, hash),
                Constant(facts, PlainConstant) is true)
            : null;
    }

    private static object? Constant(INamedTypeSymbol? type, string name) =>
        type?.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault(f => f.IsConst)?.ConstantValue;
}
