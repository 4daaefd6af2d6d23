using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Removes a [StructLayout] that contradicts the fields: the generator writes the right one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class StructLayoutFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.ConflictingStructLayout.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<StructDeclarationSyntax>() is { } layout
            && layout.AttributeLists.SelectMany(l => l.Attributes).FirstOrDefault(a => Is(a, "StructLayout")) is { Parent: AttributeListSyntax list } attribute
            && !layout.Members.SelectMany(m => m.AttributeLists).SelectMany(l => l.Attributes).Any(a => Is(a, "FieldOffset")))
        {
            Register(context, diagnostic, "Remove [StructLayout]", "remove", () => list.Attributes.Count > 1
                ? root.ReplaceNode(list, list.WithAttributes(list.Attributes.Remove(attribute)))
                : root.RemoveNode(list, SyntaxRemoveOptions.KeepUnbalancedDirectives)!);
        }
    }

    private static bool Is(AttributeSyntax attribute, string name) => attribute.Name.ToString().Split('.').Last() is var last
        && (last == name || last == name + "Attribute");
}
