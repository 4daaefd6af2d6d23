using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.CodeFixes;

/// <summary>
/// Moves a misaligned field to the next offset that it can have, and those behind it as far as this pushes them; names the
/// bytes that are left between. Nothing was generated for such a layout, so none of its bytes are on media.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MoveFieldFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.Misaligned.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        CancellationToken token = context.CancellationToken;
        if (await context.Document.GetSyntaxRootAsync(token).ConfigureAwait(false) is not { } root
            || await context.Document.GetSemanticModelAsync(token).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span).FirstAncestorOrSelf<FieldDeclarationSyntax>() is not { Parent: StructDeclarationSyntax layout } field
            || model.GetDeclaredSymbol(layout, token) is not { } type
            || Places(layout, field, type, new PlanContext(model.Compilation, [], token), out (int Offset, int Gap) tail) is not { } places)
        {
            return;
        }

        SyntaxNode changed = Moved(root, layout, places, tail);
        if (PlannedChange.Problems(model.Compilation, root.SyntaxTree, changed, type, token) is { } problems
            && problems.All(p => p.Kind is not (ProblemKind.HiddenPadding or ProblemKind.StraddlesLine or ProblemKind.Overlap)))
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Move it to offset {Text(places[field].Offset)}",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)),
                    "move"),
                context.Diagnostics);
        }
    }

    /// <summary>Where the field and those behind it will lie, and how many bytes before each have to be named; null where it cannot be said.</summary>
    private static Dictionary<FieldDeclarationSyntax, (int Offset, int Gap)>? Places(
        StructDeclarationSyntax layout, FieldDeclarationSyntax field, INamedTypeSymbol type, PlanContext context, out (int Offset, int Gap) tail)
    {
        tail = default;
        StructLayoutChoice choice = StructLayoutChoice.Of(type);
        List<DeclaredField> fields = LayoutFields.Gather(type, context);
        FieldDeclarationSyntax[] declared = [.. layout.Members.OfType<FieldDeclarationSyntax>().Where(f => !f.Modifiers.Any(SyntaxKind.StaticKeyword) && !f.Modifiers.Any(SyntaxKind.ConstKeyword))];
        if (!choice.IsExplicit || choice.Size > 0 || fields.Count != declared.Length
            || declared.Any(f => f.Declaration.Variables.Count != 1 || OffsetOf(f)?.Token.Value is not int))
        {
            return null;
        }

        Dictionary<string, FieldShape> shapes = fields.ToDictionary(f => f.Symbol.Name, f => f.Shape);
        var places = new Dictionary<FieldDeclarationSyntax, (int Offset, int Gap)>();
        int written = 0;
        int end = 0;
        foreach (FieldDeclarationSyntax next in declared.OrderBy(f => (int)OffsetOf(f)!.Token.Value!))
        {
            int offset = (int)OffsetOf(next)!.Token.Value!;
            if (offset < written || !shapes.TryGetValue(next.Declaration.Variables[0].Identifier.ValueText, out FieldShape? shape))
            {
                return null;
            }

            bool isBehind = next == field || places.Count > 0;
            int at = isBehind ? (int)FieldPlacement.RoundUp(Math.Max(offset, end), shape.Alignment) : offset;
            if (isBehind)
            {
                places.Add(next, (at, at - end));
            }

            written = offset + shape.Size;
            end = at + shape.Size;
        }

        tail = (end, (int)FieldPlacement.RoundUp(end, fields.Max(f => f.Shape.RuntimeAlignment)) - end);
        return places;
    }

    private static SyntaxNode Moved(
        SyntaxNode root, StructDeclarationSyntax layout, Dictionary<FieldDeclarationSyntax, (int Offset, int Gap)> places, (int Offset, int Gap) tail)
    {
        int number = layout.Members.OfType<FieldDeclarationSyntax>().Count(f => f.ToString().Contains("_reserved"));
        var members = new List<MemberDeclarationSyntax>();
        var pads = new SortedSet<int>();
        void Reserve(int offset, int bytes)
        {
            if (bytes > 0)
            {
                _ = pads.Add(bytes);
                members.Add(PaddingFix.Member($"[FieldOffset({Text(offset)}), Reserved] private Pad{Text(bytes)} _reserved{Text(number++)};"));
            }
        }

        foreach (MemberDeclarationSyntax member in layout.Members)
        {
            if (member is not FieldDeclarationSyntax field || !places.TryGetValue(field, out (int Offset, int Gap) place))
            {
                members.Add(member);
                continue;
            }

            LiteralExpressionSyntax old = OffsetOf(field)!;
            Reserve(place.Offset - place.Gap, place.Gap);
            members.Add(field.ReplaceNode(
                old, SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(place.Offset)).WithTriviaFrom(old)));
        }

        Reserve(tail.Offset, tail.Gap);
        string[] known = [.. root.DescendantNodes().OfType<StructDeclarationSyntax>().Select(s => s.Identifier.ValueText)];
        return root.ReplaceNode(
            layout,
            [layout.WithMembers(SyntaxFactory.List(members)), .. pads.Where(b => !known.Contains("Pad" + Text(b))).Select(PaddingFix.Pad)]);
    }

    private static LiteralExpressionSyntax? OffsetOf(FieldDeclarationSyntax field) => field.AttributeLists
        .SelectMany(l => l.Attributes)
        .FirstOrDefault(a => a.Name.ToString().EndsWith("FieldOffset", StringComparison.Ordinal))?
        .ArgumentList?.Arguments[0].Expression as LiteralExpressionSyntax;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
