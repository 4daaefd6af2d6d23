// Holds one idea: whether a struct marked [Utf8Text] can be given its storage.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

internal static class TextPlanner
{
    /// <summary>The runtime refuses inline arrays of more bytes than this.</summary>
    internal const int MaxCapacityBytes = 1 << 20;

    internal static Plan<TextModel> Plan(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var problems = new List<LayoutProblem>();
        DeclarationRules.Check(type, problems, cancellation);
        int capacity = DeclaredCapacity(type);
        if (capacity is < 1 or > MaxCapacityBytes)
        {
            problems.Add(new(ProblemKind.UnusableDeclaration, type, "the capacity of a text is not between 1 byte and 1 MiB"));
        }

        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>()
            .Where(f => !f.IsStatic && !TypeNames.IsGenerated(f)))
        {
            problems.Add(new(ProblemKind.UnusableDeclaration, field, "the storage of a text type is generated; it cannot have fields of its own"));
        }

        return new Plan<TextModel>(
            problems.Any(p => p.IsBlocking) ? null : new TextModel(DeclarationRules.Identify(type), capacity),
            problems);
    }

    /// <summary>Capacity in bytes of a text type that is sound, otherwise null.</summary>
    internal static int? CapacityOf(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences.IsEmpty
            ? DeclaredCapacity(type)
            : Plan(type, cancellation).Model?.CapacityBytes;

    private static int DeclaredCapacity(INamedTypeSymbol type) =>
        TypeNames.Argument(TypeNames.Attribute(type, TypeNames.Utf8Text)) is int bytes ? bytes : 0;
}
