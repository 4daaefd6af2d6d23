using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace PmemTyped.CodeFixes;

/// <summary>A fix that replaces the root of one document.</summary>
public abstract class FixProvider : CodeFixProvider
{
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is { } root)
        {
            foreach (Diagnostic diagnostic in context.Diagnostics)
            {
                Offer(context, root, diagnostic);
            }
        }
    }

    /// <summary>Registers what can be done about one diagnostic; the narrowest first.</summary>
    /// <param name="context">Where fixes are registered.</param>
    /// <param name="root">The document.</param>
    /// <param name="diagnostic">The finding.</param>
    protected abstract void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic);

    /// <summary>Registers one way to fix a diagnostic.</summary>
    /// <param name="context">Where fixes are registered.</param>
    /// <param name="diagnostic">The finding.</param>
    /// <param name="title">What the user reads.</param>
    /// <param name="kind">The same for every fix that Fix All may take together.</param>
    /// <param name="change">The document after it.</param>
    protected static void Register(CodeFixContext context, Diagnostic diagnostic, string title, string kind, Func<SyntaxNode> change) =>
        context.RegisterCodeFix(
            CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(change())), kind), diagnostic);
}
