// Holds one idea: whether a type is declared so that another part of it can be written.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PmemTyped.Schema;

internal static class DeclarationRules
{
    internal static void Check(INamedTypeSymbol type, List<LayoutProblem> problems, CancellationToken cancellation)
    {
        int marks = type.GetAttributes().Count(a => a.AttributeClass is { } attribute
            && (TypeNames.Is(attribute, TypeNames.PersistentLayout) || TypeNames.Is(attribute, TypeNames.Utf8Text) || TypeNames.Is(attribute, TypeNames.VariableBytes)));
        if (marks > 1)
        {
            problems.Add(new(ProblemKind.UnusableDeclaration, type, "it is marked more than once as a layout, text or bytes type"));
        }

        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (!IsPartial(current, cancellation))
            {
                problems.Add(new(ProblemKind.NotPartial, current, $"'{current.Name}' is not declared partial"));
            }

            if (current.IsGenericType && current.TypeParameters.Length > 0)
            {
                problems.Add(new(ProblemKind.UnsupportedKind, type, $"'{current.Name}' is generic"));
            }

            if (RefusedBy(current) is { } attribute)
            {
                problems.Add(new(ProblemKind.UnusableDeclaration, type, $"'{current.Name}' is marked [{attribute}], and generated code has to use it"));
            }

            if (current.IsFileLocal)
            {
                problems.Add(new(ProblemKind.UnsupportedKind, type, $"'{current.Name}' is local to its file"));
            }
        }

        bool isPositional = HasPrimaryConstructor(type, cancellation);
        string? kind = type.IsRecord && isPositional ? "a positional record struct, whose values are stored in properties"
            : type.IsRefLikeType ? "a ref struct"
            : type.IsReadOnly ? "a readonly struct"
            : null;
        if (kind is not null)
        {
            problems.Add(new(ProblemKind.UnsupportedKind, type, $"it is {kind}"));
        }
        else if (isPositional)
        {
            problems.Add(new(ProblemKind.PropertyStorage, type, "the parameters of its primary constructor are stored in fields without an order"));
        }
    }

    /// <summary>The attribute that makes every use of a symbol an error, or null.</summary>
    internal static string? RefusedBy(ISymbol symbol) =>
        TypeNames.Attribute(symbol, "System.ObsoleteAttribute") is { ConstructorArguments: { Length: 2 } arguments } && arguments[1].Value is true
            ? "Obsolete"
        : TypeNames.Attribute(symbol, "System.Diagnostics.CodeAnalysis.ExperimentalAttribute") is not null ? "Experimental"
        : null;

    internal static TypeIdentity Identify(INamedTypeSymbol type)
    {
        var containers = new List<string>();
        string flat = type.Name;
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            containers.Insert(0, Declare(outer));
            flat = outer.Name + "_" + flat;
        }

        string space = type.ContainingNamespace.IsGlobalNamespace
            ? ""
            : string.Join(".", type.ContainingNamespace.ToDisplayString().Split('.').Select(TypeNames.EscapeOnce));
        return new TypeIdentity(
            space,
            new EquatableArray<string>(containers),
            KeywordOf(type),
            TypeNames.Escape(type.Name),
            TypeNames.Reference(type),
            flat,
            TypeNames.Dotted(type).Replace("@", "") + TypeNames.GeneratedFileSuffix,
            VisibilityOf.Type(type));
    }

    /// <summary>What a further part of a type begins with, behind <c>partial</c>.</summary>
    internal static string Declare(INamedTypeSymbol type)
    {
        string parameters = type.Arity == 0 ? "" : $"<{string.Join(", ", type.TypeParameters.Select(t => TypeNames.Escape(t.Name)))}>";
        return $"{KeywordOf(type)} {TypeNames.Escape(type.Name)}{parameters}";
    }

    /// <summary>Whether a further part of a type can be written in another file.</summary>
    internal static bool CanHaveParts(INamedTypeSymbol type, CancellationToken cancellation)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (current.IsFileLocal || !IsPartial(current, cancellation))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation) =>
        UserParts(type, cancellation).All(p => p.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static bool HasPrimaryConstructor(INamedTypeSymbol type, CancellationToken cancellation) =>
        UserParts(type, cancellation).Any(p => p.ParameterList is not null);

    private static IEnumerable<TypeDeclarationSyntax> UserParts(
        INamedTypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences
            .Where(r => !TypeNames.IsGenerated(r.SyntaxTree))
            .Select(r => r.GetSyntax(cancellation))
            .OfType<TypeDeclarationSyntax>();

    private static string KeywordOf(INamedTypeSymbol type) => (type.TypeKind, type.IsRecord) switch
    {
        (TypeKind.Struct, true) => "record struct",
        (TypeKind.Struct, _) => "struct",
        (TypeKind.Interface, _) => "interface",
        (_, true) => "record",
        _ => "class",
    };
}
