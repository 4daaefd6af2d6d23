using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Moves a misaligned field to the next offset that it can have, and names the bytes that this leaves free.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MoveFieldFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.Misaligned.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    // Only the last field: what lies behind would have to move as well, and may be on media already.
    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (!int.TryParse(PersistStatements.Property(diagnostic, FixKeys.Bytes), NumberStyles.None, CultureInfo.InvariantCulture, out int gap)
            || root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<FieldDeclarationSyntax>() is not { Parent: StructDeclarationSyntax layout } field
            || OffsetOf(field) is not { } place || place.Token.Value is not int offset
            || layout.Members.OfType<FieldDeclarationSyntax>().Any(f => OffsetOf(f)?.Token.Value is int other && other > offset))
        {
            return;
        }

        Register(context, diagnostic, $"Move it to offset {(offset + gap).ToString(CultureInfo.InvariantCulture)}", "move", () =>
        {
            ExpressionSyntax moved = SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(offset + gap)).WithTriviaFrom(place);
            return PaddingFix.WithPadding(root, layout, field, gap, $"FieldOffset({offset.ToString(CultureInfo.InvariantCulture)}), ", (place, moved));
        });
    }

    private static LiteralExpressionSyntax? OffsetOf(FieldDeclarationSyntax field) => field.AttributeLists
        .SelectMany(l => l.Attributes)
        .FirstOrDefault(a => a.Name.ToString().EndsWith("FieldOffset", StringComparison.Ordinal))?
        .ArgumentList?.Arguments[0].Expression as LiteralExpressionSyntax;
}
