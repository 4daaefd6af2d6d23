// Holds one idea: which fields a layout has, and whether each may be one.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PmemTyped.Schema;

internal static class LayoutFields
{
    /// <summary>The instance fields in declaration order; those with problems are left out.</summary>
    internal static List<(IFieldSymbol Symbol, FieldShape Shape)> Gather(INamedTypeSymbol type, PlanContext context)
    {
        var fields = new List<(IFieldSymbol, FieldShape)>();
        IFieldSymbol? publish = null;
        bool any = CheckEvents(type, context);
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>()
            .Where(f => !f.IsStatic && !TypeNames.IsGenerated(f)))
        {
            any = true;
            if (ShapeOf(field, context) is { } shape)
            {
                fields.Add((field, shape));
                if (LayoutPlanner.IsPublish(field))
                {
                    CheckPublish(field, shape, publish, context);
                    publish ??= field;
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
        IFieldSymbol field, FieldShape shape, IFieldSymbol? earlier, PlanContext context)
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
        int parts = type.DeclaringSyntaxReferences
            .Where(r => !TypeNames.IsGenerated(r.SyntaxTree))
            .Select(r => r.GetSyntax(context.Cancellation))
            .OfType<TypeDeclarationSyntax>()
            .Count(p => p.Members.OfType<FieldDeclarationSyntax>().Any(f =>
                !f.Modifiers.Any(m => m.ValueText is "static" or "const")));
        if (parts > 1)
        {
            context.Add(ProblemKind.FieldsInSeveralParts, type, "its fields are spread over several parts, whose order is not defined");
        }
    }
}
