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
        "WritePayload", "TryReadPayload",
    ];

    private static readonly HashSet<string> s_fieldSet = ["None", "All"];

    internal static void Check(INamedTypeSymbol type, PlanContext context)
    {
        HashSet<string> cursor = CursorMembers(context.Compilation);
        foreach (ISymbol member in type.GetMembers().Where(m =>
            !m.IsImplicitlyDeclared && m.Kind != SymbolKind.Method && !TypeNames.IsGenerated(m)))
        {
            bool isField = member is IFieldSymbol { IsStatic: false } field && !LayoutPlanner.IsReserved(field);
            if (s_generated.Contains(member.Name))
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
