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
            () => WithPadding(root, layout, node.FirstAncestorOrSelf<FieldDeclarationSyntax>(), bytes));
    }

    /// <summary>Puts a reserved field before another one, or at the end.</summary>
    internal static SyntaxNode WithPadding(SyntaxNode root, StructDeclarationSyntax layout, MemberDeclarationSyntax? before, int bytes)
    {
        string pad = "Pad" + bytes.ToString(CultureInfo.InvariantCulture);
        bool isKnown = root.DescendantNodes().OfType<StructDeclarationSyntax>().Any(s => s.Identifier.ValueText == pad);
        int number = layout.Members.OfType<FieldDeclarationSyntax>().Count(f => f.ToString().Contains("_reserved"));
        MemberDeclarationSyntax field = Member($"[Reserved] private {pad} _reserved{number.ToString(CultureInfo.InvariantCulture)};");
        int at = before is null ? layout.Members.Count : layout.Members.IndexOf(before);
        StructDeclarationSyntax padded = layout.WithMembers(layout.Members.Insert(at, field));
        SyntaxNode[] added = isKnown
            ? [padded]
            : [padded, Pad(bytes)];
        return root.ReplaceNode(layout, added);
    }

    /// <summary>The type of so many reserved bytes.</summary>
    internal static MemberDeclarationSyntax Pad(int bytes)
    {
        string number = bytes.ToString(CultureInfo.InvariantCulture);
        return Member($"[System.Runtime.CompilerServices.InlineArray({number})] internal struct Pad{number} {{ private byte _element0; }}");
    }

    /// <summary>A member that is added as the editor would write it.</summary>
    internal static MemberDeclarationSyntax Member(string text) => SyntaxFactory.ParseMemberDeclaration(text)!
        .WithLeadingTrivia(SyntaxFactory.ElasticMarker)
        .WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed)
        .WithAdditionalAnnotations(Formatter.Annotation, Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation);
}
