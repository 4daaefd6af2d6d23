// Holds one idea: names that a field cannot have, because the generated code or the cursor has a member of that name.
// An instance member of the cursor silently wins over the generated extension, so this must be an error.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

internal static class MemberNames
{
    private static readonly HashSet<string> s_generated =
    [
        "FieldSet", "LayoutName", "LayoutVersion", "LayoutHash", "LayoutDescription", "Size", "Alignment",
        "FieldRanges", "FieldLines", "FieldName", "VerifyLayout", "RecordSize", "BlockSize", "Write", "TryRead",
        "TryReadAny", "VisitAncestors", "IsPacked", "WritePayload", "TryReadPayload",
    ];

    // The last is the compiler's own in every enum.
    private static readonly HashSet<string> s_fieldSet = ["None", "All", "value__"];

    internal static void Check(INamedTypeSymbol type, PlanContext context)
    {
        HashSet<string> cursor = CursorMembers(context.Compilation);
        HashSet<string> storage = [.. type.GetMembers().OfType<IPropertySymbol>().Where(MappedRules.IsMapped).Select(MappedRules.StorageOf)];
        foreach (ISymbol member in type.GetMembers().Where(m =>
            !m.IsImplicitlyDeclared && !TypeNames.IsGenerated(m)))
        {
            if (member is IMethodSymbol method)
            {
                CheckMethod(method, type, context);
                continue;
            }

            bool isField = (member is IFieldSymbol { IsStatic: false } || (member is IPropertySymbol p && MappedRules.IsMapped(p)))
                && !LayoutPlanner.IsReserved(member);
            if (s_generated.Contains(member.Name) || storage.Contains(member.Name))
            {
                context.Add(ProblemKind.NameHidden, member, "the generated part of the layout has a member of that name");
            }
            else if (isField && s_fieldSet.Contains(member.Name))
            {
                context.Add(ProblemKind.NameHidden, member, "the generated FieldSet has a member of that name");
            }
            else if (isField && cursor.Contains(member.Name))
            {
                context.Add(ProblemKind.NameHidden, member, "the cursor has a member of that name");
            }
        }
    }

    // Another method of the same name is an overload; one with the same parameters, or with the name of a property, is not.
    private static void CheckMethod(IMethodSymbol method, INamedTypeSymbol type, PlanContext context)
    {
        if (method.MethodKind != MethodKind.Ordinary)
        {
            return;
        }

        string[] parameters = [.. method.Parameters.Select(p => SymbolEqualityComparer.Default.Equals(p.Type, type) ? "self" : p.Type.Name)];
        bool isTaken = (method.Name, string.Join(",", parameters)) switch
        {
            ("FieldName", var p) => p == "Int32",
            ("VerifyLayout", var p) => p.Length == 0,
            ("VisitReferences", var p) => p == "ILayoutVisitor",
            ("Write" or "WritePayload", var p) => p == "self,Span",
            ("TryRead" or "TryReadPayload", var p) => p == "ReadOnlySpan,self",
            _ => s_generated.Contains(method.Name),
        };
        if (isTaken)
        {
            context.Add(ProblemKind.NameHidden, method, "the generated part of the layout has a member of that name");
        }
    }

    private static HashSet<string> CursorMembers(Compilation compilation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (INamedTypeSymbol? type = compilation.GetTypeByMetadataName(TypeNames.Cursor);
            type is not null;
            type = type.BaseType)
        {
            names.UnionWith(type.GetMembers()
                .Where(m => m.DeclaredAccessibility == Accessibility.Public)
                .Select(m => m.Name));
        }

        return names;
    }
}
