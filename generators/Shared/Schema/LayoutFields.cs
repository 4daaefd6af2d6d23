// Holds one idea: which fields a layout has, and whether each may be one.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PmemTyped.Schema;

internal static class LayoutFields
{
    /// <summary>What the user declares as fields of a layout, in the order of declaration: fields and mapped properties.</summary>
    internal static IEnumerable<ISymbol> Declared(INamedTypeSymbol type) => type.GetMembers().Where(m => m switch
    {
        IFieldSymbol field => !field.IsStatic && !TypeNames.IsGenerated(field),
        IPropertySymbol property => MappedRules.IsMapped(property),
        _ => false,
    });

    /// <summary>The fields in the order of declaration; those with problems are left out.</summary>
    internal static List<DeclaredField> Gather(INamedTypeSymbol type, PlanContext context)
    {
        var fields = new List<DeclaredField>();
        ISymbol? publish = null;
        ISymbol? mapped = null;
        bool any = CheckEvents(type, context);
        bool isOrdered = !StructLayoutChoice.Of(type).IsExplicit;
        foreach (ISymbol symbol in Declared(type))
        {
            any = true;
            if (symbol is IPropertySymbol)
            {
                mapped ??= symbol;
            }
            else if (mapped is not null && isOrdered)
            {
                context.Add(ProblemKind.UnusableDeclaration, symbol,
                    $"field '{symbol.Name}' is declared behind the mapped property '{mapped.Name}', whose storage lies behind all fields");
            }

            if (Describe(symbol, context) is { } field)
            {
                fields.Add(field);
                if (type.IsRecord && field.Shape.Kind == FieldKind.Array)
                {
                    context.Add(ProblemKind.UnsupportedKind, type, $"it is a record struct, and '{symbol.Name}' is an inline array, which cannot be compared");
                }

                if (LayoutPlanner.IsPublish(symbol))
                {
                    CheckPublish(symbol, field.Shape, publish, context);
                    publish ??= symbol;
                }
            }
        }

        if (!any)
        {
            context.Add(ProblemKind.UnusableDeclaration, type, "it has no fields");
        }

        CheckParts(type, context);
        MemberNames.Check(type, context);
        return fields;
    }

    private static DeclaredField? Describe(ISymbol symbol, PlanContext context)
    {
        if (DeclarationRules.RefusedBy(symbol) is { } attribute)
        {
            context.Add(ProblemKind.UnusableDeclaration, symbol, $"it is marked [{attribute}], and generated code has to use it");
            return null;
        }

        if (symbol is IPropertySymbol property)
        {
            return MappedRules.Describe(property, context) is { } mapped
                && FieldClassifier.Classify(property.Type, property, context) is { } stored
                ? new DeclaredField(symbol, stored, mapped)
                : null;
        }

        return ShapeOf((IFieldSymbol)symbol, context) is { } shape ? new DeclaredField(symbol, shape, null) : null;
    }

    private static FieldShape? ShapeOf(IFieldSymbol field, PlanContext context)
    {
        if (field.AssociatedSymbol is IPropertySymbol property)
        {
            return context.Refuse(
                ProblemKind.PropertyStorage, property, $"the storage of property '{property.Name}' has no place in the order of fields");
        }

        return field.IsFixedSizeBuffer
            ? context.Refuse(ProblemKind.LayoutNotGuaranteed, field, "a fixed buffer needs unsafe code; an inline array does not")
            : field.IsReadOnly || field.IsVolatile
            ? context.Refuse(ProblemKind.UnusableDeclaration, field, $"field '{field.Name}' is {(field.IsReadOnly ? "readonly" : "volatile")}")
            : FieldClassifier.Classify(field.Type, field, context);
    }

    // The compiler does not list the field behind an event.
    private static bool CheckEvents(INamedTypeSymbol type, PlanContext context)
    {
        bool any = false;
        foreach (IEventSymbol e in type.GetMembers().OfType<IEventSymbol>()
            .Where(e => !e.IsStatic && e.AddMethod is { IsImplicitlyDeclared: true }))
        {
            context.Add(ProblemKind.NotOnMedia, e, "an event refers to memory of this process");
            any = true;
        }

        return any;
    }

    private static void CheckPublish(
        ISymbol field, FieldShape shape, ISymbol? earlier, PlanContext context)
    {
        if (shape is not { Kind: FieldKind.Scalar, Scalar: ScalarKind.Int64 or ScalarKind.UInt64 })
        {
            context.Add(ProblemKind.InvalidPublishField, field, "it is not an 8-byte integer");
        }
        else if (LayoutPlanner.IsReserved(field))
        {
            context.Add(ProblemKind.InvalidPublishField, field, "it is reserved as well");
        }
        else if (earlier is not null)
        {
            context.Add(ProblemKind.InvalidPublishField, field, $"'{earlier.Name}' is one already");
        }
    }

    private static void CheckParts(INamedTypeSymbol type, PlanContext context)
    {
        int parts = Declared(type)
            .SelectMany(m => m.DeclaringSyntaxReferences.Where(r => !TypeNames.IsGenerated(r.SyntaxTree)))
            .Select(r => r.GetSyntax(context.Cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>())
            .Distinct()
            .Count();
        if (parts > 1)
        {
            context.Add(ProblemKind.FieldsInSeveralParts, type, "its fields are spread over several parts, whose order is not defined");
        }
    }
}
