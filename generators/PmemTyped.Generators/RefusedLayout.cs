using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Schema;

namespace PmemTyped.Generators;

/// <summary>
/// A layout that has no model, and the partial properties that wait for their other halves. A property without one is an error of
/// the declaration, and behind such errors the compiler calls no analyzer: nobody would say why the layout is refused. So the
/// halves are written all the same, and the analyzer's error is the one that is left.
/// </summary>
/// <param name="Identity">Where the type is declared.</param>
/// <param name="Declaration">Keyword, name and type parameters.</param>
/// <param name="Properties">Each property up to its accessors, and these.</param>
internal sealed record RefusedLayout(TypeIdentity Identity, string Declaration, EquatableArray<RefusedProperty> Properties)
{
    private static readonly SymbolDisplayFormat s_typeFormat = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>Null where no property waits, or another part of the type cannot be written.</summary>
    internal static RefusedLayout? Of(INamedTypeSymbol type, CancellationToken cancellation)
    {
        if (!DeclarationRules.CanHaveParts(type, cancellation))
        {
            return null;
        }

        RefusedProperty[] properties =
        [
            .. type.GetMembers().OfType<IPropertySymbol>()
                .Where(p => MappedRules.IsMapped(p) && p is { IsIndexer: false, RefKind: RefKind.None })
                .Select(p => Describe(p, cancellation))
                .OfType<RefusedProperty>(),
        ];
        if (properties.Length == 0)
        {
            return null;
        }

        // A generic type is refused for that; the name of a file must not have its brackets.
        TypeIdentity identity = DeclarationRules.Identify(type);
        identity = identity with { HintName = identity.HintName.Replace('<', '{').Replace('>', '}') };
        return new RefusedLayout(identity, DeclarationRules.Declare(type), new EquatableArray<RefusedProperty>(properties));
    }

    private static RefusedProperty? Describe(IPropertySymbol property, CancellationToken cancellation)
    {
        if (MappedRules.Syntax(property, cancellation) is not { AccessorList.Accessors: var accessors } syntax)
        {
            return null;
        }

        string head = $"{MappedRules.Modifiers(syntax)}partial {property.Type.ToDisplayString(s_typeFormat)} {TypeNames.Escape(property.Name)}";
        return new RefusedProperty(head, new EquatableArray<string>(accessors.Select(Head)));
    }

    private static string Head(AccessorDeclarationSyntax accessor) =>
        string.Concat(accessor.Modifiers.Select(m => m.ValueText + " ")) + accessor.Keyword.ValueText;
}

/// <summary>A property without its other half.</summary>
/// <param name="Head">Modifiers, type and name.</param>
/// <param name="Accessors">Each accessor up to its body.</param>
internal sealed record RefusedProperty(string Head, EquatableArray<string> Accessors);
