// Holds the pipeline and nothing else; each thing that is emitted has its own part. The generator reports no
// diagnostics: where planning finds a problem there is no model, and the analyzer, which plans the same way, says why; for that
// it has to be called, see RefusedLayout.
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using PmemTyped.Schema;

namespace PmemTyped.Generators;

/// <summary>
/// Writes the other part of every struct marked [PersistentLayout], [Utf8Text] or [VariableBytes]: layout facts, field sets, the
/// record serializer, and typed members of the cursors.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed partial class PersistentLayoutGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<(LayoutModel? Model, RefusedLayout? Refused)> planned = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                TypeNames.PersistentLayout,
                static (node, _) => node is StructDeclarationSyntax || node.IsKind(SyntaxKind.RecordStructDeclaration),
                static (source, cancellation) => PlanLayout((INamedTypeSymbol)source.TargetSymbol, source.SemanticModel.Compilation, cancellation))
            .WithTrackingName(TrackingNames.Parse);
        IncrementalValuesProvider<LayoutModel> layouts = planned
            .Where(static plan => plan.Model is not null)
            .Select(static (plan, _) => plan.Model!)
            .WithTrackingName(TrackingNames.Layout);
        IncrementalValuesProvider<RefusedLayout> refused = planned
            .Where(static plan => plan.Refused is not null)
            .Select(static (plan, _) => plan.Refused!);
        IncrementalValuesProvider<TextModel> texts = Texts(context, TypeNames.Utf8Text, TrackingNames.TextParse, TrackingNames.Text);
        IncrementalValuesProvider<TextModel> bytes = Texts(context, TypeNames.VariableBytes, TrackingNames.BytesParse, TrackingNames.Bytes);
        IncrementalValueProvider<EquatableArray<string>> clashes = layouts.Select(static (l, _) => l.Identity.HintName).Collect()
            .Combine(texts.Select(static (t, _) => t.Identity.HintName).Collect())
            .Combine(bytes.Select(static (b, _) => b.Identity.HintName).Collect())
            .Combine(refused.Select(static (r, _) => r.Identity.HintName).Collect())
            .Select(static (names, _) => HintNames.Clashes(
                [.. names.Left.Left.Left, .. names.Left.Left.Right, .. names.Left.Right, .. names.Right]));
        context.RegisterSourceOutput(
            layouts.Combine(clashes),
            static (output, pair) => output.AddSource(
                HintNames.Distinct(pair.Left.Identity.HintName, pair.Right), SourceText.From(LayoutSource(pair.Left), Encoding.UTF8)));
        context.RegisterSourceOutput(
            refused.Combine(clashes),
            static (output, pair) => output.AddSource(
                HintNames.Distinct(pair.Left.Identity.HintName, pair.Right), SourceText.From(RefusedSource(pair.Left), Encoding.UTF8)));
        WriteTexts(context, texts, clashes);
        WriteTexts(context, bytes, clashes);
    }

    private static (LayoutModel? Model, RefusedLayout? Refused) PlanLayout(
        INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        LayoutModel? model = HasExtensionBlocks(compilation) ? LayoutPlanner.Plan(type, compilation, cancellation).Model : null;
        return (model, model is null ? RefusedLayout.Of(type, cancellation) : null);
    }

    private static IncrementalValuesProvider<TextModel> Texts(
        IncrementalGeneratorInitializationContext context, string attribute, string parseStep, string modelStep) =>
        context.SyntaxProvider
            .ForAttributeWithMetadataName(
                attribute,
                static (node, _) => node is StructDeclarationSyntax,
                static (source, cancellation) =>
                    TextPlanner.Plan((INamedTypeSymbol)source.TargetSymbol, cancellation).Model)
            .WithTrackingName(parseStep)
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(modelStep);

    private static void WriteTexts(
        IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<TextModel> texts,
        IncrementalValueProvider<EquatableArray<string>> clashes) => context.RegisterSourceOutput(
            texts.Combine(clashes),
            static (output, pair) => output.AddSource(
                HintNames.Distinct(pair.Left.Identity.HintName, pair.Right), SourceText.From(TextSource(pair.Left), Encoding.UTF8)));

    // What is generated needs C# 14. In an older language it would be errors in files that nobody wrote; the analyzer says why.
    private static bool HasExtensionBlocks(Compilation compilation) =>
        compilation is CSharpCompilation { LanguageVersion: var version } && version.MapSpecifiedToEffectiveVersion() >= TypeNames.CSharp14;

    private static string LayoutSource(LayoutModel layout)
    {
        var writer = new CodeWriter();
        BeginFile(writer, layout.Identity);
        WriteLayoutTable(writer, layout);
        int containers = BeginContainers(writer, layout.Identity);
        WriteLayoutPart(writer, layout);
        EndContainers(writer, containers);
        if (layout.Identity.Visibility != Visibility.Hidden)
        {
            writer.Blank();
            WriteAccessors(writer, layout);
        }

        return writer.ToString();
    }

    private static string TextSource(TextModel text)
    {
        var writer = new CodeWriter();
        BeginFile(writer, text.Identity);
        int containers = BeginContainers(writer, text.Identity);
        if (text.IsBytes)
        {
            WriteBytesPart(writer, text);
        }
        else
        {
            WriteTextPart(writer, text);
        }

        EndContainers(writer, containers);
        return writer.ToString();
    }
}
