using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using PmemTyped.Analyzers;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Gives hidden padding a name, or moves a field to the next cache line: by a reserved field of as many bytes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PaddingFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.HiddenPadding.Id, LayoutRules.StraddlesLine.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan);
        if (!int.TryParse(PersistStatements.Property(diagnostic, FixKeys.Bytes), NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
            || node.FirstAncestorOrSelf<StructDeclarationSyntax>() is not { } layout
            || layout.AttributeLists.ToString().Contains("StructLayout"))
        {
            return;
        }

        Register(
            context,
            diagnostic,
            $"Insert {bytes} reserved bytes",
            "reserve",
            () => WithPadding(root, layout, node.FirstAncestorOrSelf<FieldDeclarationSyntax>(), bytes, "", null));
    }

    /// <summary>Puts a reserved field before another one, or at the end; and replaces one node of that other field.</summary>
    internal static SyntaxNode WithPadding(
        SyntaxNode root, StructDeclarationSyntax layout, FieldDeclarationSyntax? before, int bytes, string attributes, (SyntaxNode Old, SyntaxNode New)? change)
    {
        string pad = "Pad" + bytes.ToString(CultureInfo.InvariantCulture);
        bool isKnown = root.DescendantNodes().OfType<StructDeclarationSyntax>().Any(s => s.Identifier.ValueText == pad);
        int number = layout.Members.OfType<FieldDeclarationSyntax>().Count(f => f.ToString().Contains("_reserved"));
        MemberDeclarationSyntax field = Member($"[{attributes}Reserved] private {pad} _reserved{number.ToString(CultureInfo.InvariantCulture)};");
        int at = before is null ? layout.Members.Count : layout.Members.IndexOf(before);
        SyntaxList<MemberDeclarationSyntax> members = layout.Members;
        if (change is var (old, next) && before is not null)
        {
            members = members.Replace(before, before.ReplaceNode(old, next));
        }

        StructDeclarationSyntax padded = layout.WithMembers(members.Insert(at, field));
        SyntaxNode[] added = isKnown
            ? [padded]
            : [padded, Member($"[System.Runtime.CompilerServices.InlineArray({bytes.ToString(CultureInfo.InvariantCulture)})] internal struct {pad} {{ private byte _element0; }}")];
        return root.ReplaceNode(layout, added);
    }

    private static MemberDeclarationSyntax Member(string text) => SyntaxFactory.ParseMemberDeclaration(text)!
        .WithLeadingTrivia(SyntaxFactory.ElasticMarker)
        .WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed)
        .WithAdditionalAnnotations(Formatter.Annotation, Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation);
}
