using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using PmemTyped.Analyzers.LockFile;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Repairs the lock file itself: marks lines as retired, sorts lines, drops those that are there twice.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, DocumentKinds = ["AdditionalDocument"])]
[Shared]
public sealed class LockLineFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [EvolutionRules.NoType.Id, EvolutionRules.MalformedLockFile.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SourceText text = await context.TextDocument.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SourceText? changed = diagnostic.Id == EvolutionRules.NoType.Id ? Retired(text, diagnostic.Location.SourceSpan) : LockFileEdit.Sorted(text);
            if (changed is not null)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        diagnostic.Id == EvolutionRules.NoType.Id ? "Mark as retired" : "Sort the lines",
                        _ => Task.FromResult(context.TextDocument.Project.Solution.WithAdditionalDocumentText(context.TextDocument.Id, changed)),
                        diagnostic.Id),
                    diagnostic);
            }
        }
    }

    private static SourceText Retired(SourceText text, TextSpan span) =>
        text.WithChanges(new TextChange(new TextSpan(text.Lines.GetLineFromPosition(span.Start).End, 0), " " + LockLine.RetiredMark));
}
