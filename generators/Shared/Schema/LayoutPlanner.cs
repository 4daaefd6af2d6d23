// Holds one idea: from the symbol of a struct to the model of a layout, or to the reasons why there is none. The
// generator takes the model and stays silent, the analyzer takes the reasons; neither decides anything itself.
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

internal static class LayoutPlanner
{
    private const string ReservedAttribute = "PmemTyped.ReservedAttribute";
    private const string PublishAttribute = "PmemTyped.PublishFieldAttribute";

    internal static Plan<LayoutModel> Plan(
        INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        Plan(type, new PlanContext(compilation, [], cancellation));

    /// <summary>Plans a layout that is nested in those of <paramref name="outer"/>.</summary>
    internal static Plan<LayoutModel> Plan(INamedTypeSymbol type, PlanContext outer)
    {
        var context = new PlanContext(outer.Compilation, [.. outer.OuterLayouts, type], outer.Cancellation);
        if (outer.OuterLayouts.Contains(type, SymbolEqualityComparer.Default))
        {
            context.Add(ProblemKind.CompilerError, type, "");
            return new Plan<LayoutModel>(null, context.Problems);
        }

        DeclarationRules.Check(type, context.Problems, context.Cancellation);
        LayoutAttribute attribute = LayoutAttribute.Of(type)!;
        if (attribute.Fault() is { } fault)
        {
            context.Add(ProblemKind.UnusableDeclaration, type, fault);
        }

        CheckClassName(type, context);
        context.Cancellation.ThrowIfCancellationRequested();
        var fields = LayoutFields.Gather(type, context);
        context.Cancellation.ThrowIfCancellationRequested();
        LayoutModel? model = context.IsBlocked ? null : Measure(type, attribute, fields, context);
        return new Plan<LayoutModel>(context.IsBlocked ? null : model, context.Problems);
    }

    // The class with the members of the cursors lies in the namespace, under a name that may be taken there.
    private static void CheckClassName(INamedTypeSymbol type, PlanContext context)
    {
        string flat = DeclarationRules.Identify(type).FlatName;
        bool isTaken = type.ContainingNamespace.GetTypeMembers(flat + NestedFacts.ClassSuffix, 0)
            .Any(t => SymbolEqualityComparer.Default.Equals(t.ContainingAssembly, type.ContainingAssembly) && !TypeNames.IsGenerated(t));
        bool isShared = type.ContainingType is not null && type.ContainingNamespace.GetTypeMembers(flat, 0)
            .Any(t => TypeNames.Attribute(t, TypeNames.PersistentLayout) is not null);
        if (isTaken || isShared)
        {
            context.Add(ProblemKind.UnusableDeclaration, type,
                $"the class '{flat}{NestedFacts.ClassSuffix}', which is generated beside it, exists already");
        }
    }

    private static LayoutModel Measure(
        INamedTypeSymbol type,
        LayoutAttribute attribute,
        List<DeclaredField> fields,
        PlanContext context)
    {
        StructLayoutChoice choice = StructLayoutChoice.Of(type);
        List<PlacedField> placed = FieldPlacement.Place(fields, choice, context);
        int end = placed.Count == 0 ? 0 : placed.Max(f => f.End);
        int runtimeAlignment = fields.Max(f => f.Shape.RuntimeAlignment);
        int required = fields.Max(f => f.Shape.Alignment);
        int alignment = attribute.Alignment == 0 ? required : attribute.Alignment;
        int naturalSize = (int)FieldPlacement.RoundUp(end, runtimeAlignment);
        FieldPlacement.Check(type, placed, naturalSize, context);
        if (alignment < required)
        {
            context.Add(ProblemKind.UnusableDeclaration, type, string.Format(
                CultureInfo.InvariantCulture, "alignment {0} is less than {1}, which one of its fields needs", alignment, required));
        }

        int size = choice.IsWritten
            ? Math.Max(choice.Size, naturalSize)
            : (int)FieldPlacement.RoundUp(end, Math.Max(alignment, runtimeAlignment));
        CheckStructLayout(type, choice, size, end, alignment, context);
        FieldPlacement.CheckLines(placed, alignment, context);

        ISymbol? tail = TailRules.Find(type, placed, context);
        var models = new EquatableArray<FieldModel>(placed.Select(f => new FieldModel(
            f.Symbol.Name,
            f.Offset,
            f.Shape,
            IsReserved(f.Symbol),
            IsPublish(f.Symbol),
            VisibilityOf.Min(VisibilityOf.Declared(f.Symbol), f.Shape.Visibility),
            f.Mapped)
        {
            IsVariable = SymbolEqualityComparer.Default.Equals(f.Symbol, tail),
        }));
        bool hasRecords = context.Compilation.GetTypeByMetadataName(TypeNames.BlockRecordInterface) is not null;
        var model = new LayoutModel(
            DeclarationRules.Identify(type),
            attribute.Name,
            attribute.Version,
            size,
            alignment,
            runtimeAlignment,
            models,
            LayoutText.Hash(LayoutText.Wire(attribute.Name, attribute.Version, size, alignment, models)),
            WritesStructLayout: !choice.IsWritten,
            WritesOffsets: choice.IsExplicit || (!choice.IsWritten && placed.All(f => f.Mapped is not null)),
            hasRecords,
            RecordPlanner.BlockSize(type, size, context))
        {
            IsPacked = RecordPlanner.IsPacked(type),
            Steps = hasRecords ? MigrationPlanner.Steps(type, attribute, context) : default,
        };
        if (!model.HasFieldSet)
        {
            context.Add(ProblemKind.TooManyFields, type, "it has more than 64 fields");
        }

        return model;
    }

    internal static bool IsReserved(ISymbol field) => TypeNames.Attribute(field, ReservedAttribute) is not null;

    internal static bool IsPublish(ISymbol field) => TypeNames.Attribute(field, PublishAttribute) is not null;

    private static void CheckStructLayout(
        INamedTypeSymbol type, StructLayoutChoice choice, int size, int end, int alignment, PlanContext context)
    {
        string? fault = !choice.IsWritten ? null
            : choice.IsAuto ? "LayoutKind.Auto lets the runtime order the fields"
            : choice.Size > 0 && choice.Size < end ? string.Format(
                CultureInfo.InvariantCulture, "Size {0} is less than the {1} bytes of its fields", choice.Size, end)
            : size % alignment != 0 ? string.Format(
                CultureInfo.InvariantCulture, "{0} bytes are not a multiple of the alignment {1}", size, alignment)
            : null;
        if (fault is not null)
        {
            context.Add(ProblemKind.ConflictingStructLayout, type, fault);
        }
    }
}
