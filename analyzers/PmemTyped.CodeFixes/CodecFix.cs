using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>
/// Encodes one value with the codec that was generated for it, and writes that. Several values in one block are left alone:
/// which block each is to have is a decision about the format.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class CodecFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [RecordRules.WithoutCodec.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is { } root
            && await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is { } model
            && root.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is
            { Expression: MemberAccessExpressionSyntax pool } call
            && call.ArgumentList.Arguments.FirstOrDefault(a => a.ToString().Contains("MemoryMarshal")) is { } bytes
            && ValueOf(bytes.Expression) is { } value
            && model.GetTypeInfo(value, context.CancellationToken).Type is INamedTypeSymbol { AllInterfaces: var contracts } type
            && contracts.Any(i => i is { Name: "IBlockRecord", ContainingNamespace.Name: "PmemTyped" })
            && StatementPlace.Of(call) is { Parent: BlockSyntax } statement)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Encode '{value}' with its codec",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(Encoded(root, statement, pool.Expression, bytes, value, type.ToMinimalDisplayString(model, call.SpanStart)))),
                    "codec"),
                context.Diagnostics);
        }
    }

    // new ReadOnlySpan<T>(in value), or MemoryMarshal.CreateReadOnlySpan(in value, 1).
    private static ExpressionSyntax? ValueOf(ExpressionSyntax bytes) => bytes.DescendantNodes()
        .Select(n => n switch
        {
            BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } one } => one[0],
            InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } two } when two[1].ToString() == "1" => two[0],
            _ => null,
        })
        .OfType<ArgumentSyntax>()
        .FirstOrDefault(a => a.RefKindKeyword.RawKind != 0)?.Expression;

    private static SyntaxNode Encoded(
        SyntaxNode root, StatementSyntax statement, ExpressionSyntax pool, ArgumentSyntax bytes, ExpressionSyntax value, string type)
    {
        string[] taken = [.. root.DescendantTokens().Select(t => t.ValueText)];
        string record = taken.Contains("record") ? "recordBytes" : "record";
        SyntaxNode tracked = root.TrackNodes(statement, bytes);
        tracked = tracked.ReplaceNode(tracked.GetCurrentNode(bytes)!, SyntaxFactory.Argument(SyntaxFactory.IdentifierName(record)).WithTriviaFrom(bytes));
        tracked = StatementPlace.InsertBefore(tracked, tracked.GetCurrentNode(statement)!, StatementPlace.Parse($"var {record} = new byte[{pool}.BlockSize];"));
        return StatementPlace.InsertBefore(tracked, tracked.GetCurrentNode(statement)!, StatementPlace.Parse($"{type}.Write(in {value}, {record});"));
    }
}
