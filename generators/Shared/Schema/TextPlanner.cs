// Holds one idea: whether a struct marked [Utf8Text] or [VariableBytes] can be given its storage.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

internal static class TextPlanner
{
    /// <summary>The runtime refuses inline arrays of more bytes than this.</summary>
    internal const int MaxCapacityBytes = 1 << 20;

    /// <summary>Bytes before those of a type marked [VariableBytes]: their number.</summary>
    internal const int PrefixBytes = 2;

    internal static bool IsText(INamedTypeSymbol type) => TypeNames.Attribute(type, TypeNames.Utf8Text) is not null;

    internal static bool IsBytes(INamedTypeSymbol type) => TypeNames.Attribute(type, TypeNames.VariableBytes) is not null;

    internal static Plan<TextModel> Plan(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var problems = new List<LayoutProblem>();
        DeclarationRules.Check(type, problems, cancellation);
        int capacity = DeclaredCapacity(type);
        bool isBytes = IsBytes(type);
        if (capacity < 1 || capacity > (isBytes ? ushort.MaxValue : MaxCapacityBytes))
        {
            problems.Add(new(ProblemKind.UnusableDeclaration, type, isBytes
                ? "the capacity of variable bytes is not between 1 and 65535"
                : "the capacity of a text is not between 1 byte and 1 MiB"));
        }

        if (type.IsRecord)
        {
            problems.Add(new(ProblemKind.UnsupportedKind, type, "it is a record struct, which writes an equality of its own"));
        }

        foreach (ISymbol member in type.GetMembers().Where(m => !TypeNames.IsGenerated(m) && IsGeneratedName(m, type, isBytes)))
        {
            problems.Add(new(ProblemKind.NameHidden, member, "the generated part of the type has a member of that name"));
        }

        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>()
            .Where(f => !f.IsStatic && !TypeNames.IsGenerated(f)))
        {
            problems.Add(new(ProblemKind.UnusableDeclaration, field, "the storage of the type is generated; it cannot have fields of its own"));
        }

        return new Plan<TextModel>(
            problems.Any(p => p.IsBlocking) ? null : new TextModel(DeclarationRules.Identify(type), capacity, isBytes),
            problems);
    }

    /// <summary>Capacity in bytes of a type that is sound, otherwise null.</summary>
    internal static int? CapacityOf(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences.IsEmpty
            ? DeclaredCapacity(type)
            : Plan(type, cancellation).Model?.CapacityBytes;

    // Another method of the same name is an overload, except one with the same parameters.
    private static bool IsGeneratedName(ISymbol member, INamedTypeSymbol type, bool isBytes)
    {
        if (member is not IMethodSymbol method)
        {
            return !member.IsImplicitlyDeclared
                && (member.Name is "CapacityBytes" or "IsEmpty" or "_element0" || member.Name == (isBytes ? "Length" : "Utf8"));
        }

        switch (method.Name, method.Parameters.Length)
        {
            case ("GetHashCode", 0) or ("TryFrom", 2) or ("op_Equality" or "op_Inequality", _):
                return true;
            case ("ToString", 0) or ("FromUtf8", 1):
                return !isBytes;
            case ("AsSpan", 0) or ("From", 1):
                return isBytes;
            case ("Equals" or "op_Implicit", 1):
                ITypeSymbol parameter = method.Parameters[0].Type;
                return parameter.SpecialType is SpecialType.System_Object or SpecialType.System_String
                    || SymbolEqualityComparer.Default.Equals(parameter, type);
            default:
                return false;
        }
    }

    private static int DeclaredCapacity(INamedTypeSymbol type) =>
        TypeNames.Argument(TypeNames.Attribute(type, IsBytes(type) ? TypeNames.VariableBytes : TypeNames.Utf8Text)) is int bytes ? bytes : 0;
}
