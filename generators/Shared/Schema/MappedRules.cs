// Holds one idea: which partial properties of a layout the generator maps, and what they must look like.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PmemTyped.Schema;

internal static class MappedRules
{
    private const string StoragePrefix = "__";

    /// <summary>Whether a property is declared without bodies by the user, so that its other part is the generator's.</summary>
    internal static bool IsMapped(IPropertySymbol property) =>
        property is { IsStatic: false, IsPartialDefinition: true }
        && (property.PartialImplementationPart is not { } other || TypeNames.IsGenerated(other));

    /// <summary>The name of its storage.</summary>
    internal static string StorageOf(IPropertySymbol property) => StoragePrefix + property.Name;

    /// <summary>What both parts must say of a property, or null after adding what is wrong with it.</summary>
    internal static MappedProperty? Describe(IPropertySymbol property, PlanContext context)
    {
        if (Fault(property, context.Cancellation) is { } fault)
        {
            context.Add(ProblemKind.PropertyStorage, property, fault);
            return null;
        }

        string modifiers = Modifiers(Syntax(property, context.Cancellation)!);
        return new MappedProperty(StorageOf(property), modifiers, property.GetMethod!.IsReadOnly);
    }

    /// <summary>What both parts of a property must say before <c>partial</c>, with a blank behind each word.</summary>
    internal static string Modifiers(PropertyDeclarationSyntax property) => string.Concat(property.Modifiers
        .Where(m => !m.IsKind(SyntaxKind.PartialKeyword))
        .Select(m => m.ValueText + " "));

    /// <summary>The part of a property that the user wrote.</summary>
    internal static PropertyDeclarationSyntax? Syntax(IPropertySymbol property, CancellationToken cancellation) =>
        property.DeclaringSyntaxReferences
            .Where(r => !TypeNames.IsGenerated(r.SyntaxTree))
            .Select(r => r.GetSyntax(cancellation))
            .OfType<PropertyDeclarationSyntax>()
            .FirstOrDefault();

    private static string? Fault(IPropertySymbol property, CancellationToken cancellation) =>
        property.IsIndexer ? "an indexer has no storage"
        : property.RefKind != RefKind.None ? $"property '{property.Name}' returns a reference"
        : property.GetMethod is not { } getter || property.SetMethod is not { } setter
            ? $"the mapped property '{property.Name}' needs a getter and a setter"
        : setter.IsInitOnly || setter.IsReadOnly
            ? $"the setter of the mapped property '{property.Name}' cannot store: it is {(setter.IsInitOnly ? "init" : "readonly")}"
        : getter.DeclaredAccessibility != property.DeclaredAccessibility || setter.DeclaredAccessibility != property.DeclaredAccessibility
            ? $"the accessors of the mapped property '{property.Name}' differ in accessibility"
        : Syntax(property, cancellation) is null ? $"property '{property.Name}' has no declaration"
        : null;
}
