// Holds one idea: which types may be fields of a layout (docs/diagnostics PMT0003 to PMT0007), and what each means
// on media. Everything that is not allowed here by name is refused.
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PmemTyped.Schema;

internal static class FieldClassifier
{
    private const string MappedHint = "; a partial property of this type can be mapped";
    private const string InlineArray = "System.Runtime.CompilerServices.InlineArrayAttribute";

    /// <summary>The shape of a field's type, or null after adding what is wrong with it.</summary>
    internal static FieldShape? Classify(ITypeSymbol type, ISymbol field, PlanContext context)
    {
        if (type.TypeKind == TypeKind.Error)
        {
            return context.Refuse(ProblemKind.CompilerError, field, "");
        }

        if (DeclarationRules.RefusedBy(type) is { } attribute)
        {
            return context.Refuse(
                ProblemKind.UnusableDeclaration, field, $"its type is marked [{attribute}], and generated code has to use it");
        }

        bool isProperty = field is IPropertySymbol;
        if (ScalarShape(type, field, isProperty, context) is { } scalar)
        {
            return scalar;
        }

        if (isProperty && type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            return Nullable(nullable, field, context);
        }

        if (Refusal(type) is var (kind, reason))
        {
            return context.Refuse(kind, field, reason);
        }

        var structType = (INamedTypeSymbol)type;
        return TextPlanner.IsText(structType) || TextPlanner.IsBytes(structType) ? Text(structType, field, context)
            : TypeNames.Attribute(structType, TypeNames.PersistentLayout) is not null ? Nested(structType, field, context)
            : TypeNames.Attribute(structType, InlineArray) is { } array ? Array(structType, array, field, context)
            : context.Refuse(
                ProblemKind.LayoutNotGuaranteed, field, $"'{type.Name}' is neither a layout, a text type, a bytes type nor an inline array");
    }

    private static FieldShape? ScalarShape(ITypeSymbol type, ISymbol field, bool allowsMapped, PlanContext context)
    {
        ITypeSymbol stored = type;
        if (type is INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying })
        {
            stored = underlying;
            if (!StatesWidth(type, context.Cancellation))
            {
                context.Add(ProblemKind.EnumWidthNotStated, field, $"'{type.Name}' does not state its underlying type");
            }
        }

        ScalarKind kind = Scalars.KindOf(stored);
        if (kind == ScalarKind.None || (Scalars.IsMapped(kind) && !allowsMapped))
        {
            return null;
        }

        ScalarFact fact = Scalars.Fact(kind);
        if (kind == ScalarKind.Reference)
        {
            return ReferenceShape(field, fact, context);
        }

        bool isEnum = !ReferenceEquals(stored, type);
        string name = isEnum ? TypeNames.Reference(type) : fact.CSharpName;
        return new FieldShape(
            isEnum ? FieldKind.Enumeration : FieldKind.Scalar,
            kind,
            1,
            fact.Size,
            fact.Alignment,
            fact.Alignment,
            fact.Wire,
            name,
            name,
            isEnum ? VisibilityOf.Type(type) : Visibility.Public);
    }

    // What it points to is part of the wire shape, by name alone: layouts may point at each other in circles.
    private static FieldShape ReferenceShape(ISymbol field, ScalarFact fact, PlanContext context)
    {
        var target = TypeNames.Attribute(field, TypeNames.PointsTo)?.AttributeClass?.TypeArguments[0] as INamedTypeSymbol;
        if (target is null || LayoutAttribute.Of(target) is not { } layout)
        {
            context.Add(ProblemKind.LayoutNotGuaranteed, field, "[PointsTo<T>] with a layout T is missing");
            return new FieldShape(
                FieldKind.Scalar, ScalarKind.Reference, 1, fact.Size, fact.Alignment, fact.Alignment, fact.Wire,
                fact.CSharpName, fact.CSharpName, Visibility.Public);
        }

        string reference = TypeNames.Reference(target);
        return new FieldShape(
            FieldKind.Scalar,
            ScalarKind.Reference,
            1,
            fact.Size,
            fact.Alignment,
            fact.Alignment,
            $"{fact.Wire}<{layout.Name}>",
            $"{fact.CSharpName}<{reference}>",
            fact.CSharpName,
            VisibilityOf.Type(target),
            reference);
    }

    // The order matters: a nullable or a tuple is a struct too, and gets the more helpful rule.
    private static (ProblemKind Kind, string Reason)? Refusal(ITypeSymbol type)
    {
        switch (type.SpecialType)
        {
            case SpecialType.System_IntPtr or SpecialType.System_UIntPtr:
                return (ProblemKind.ProcessDependentSize, $"'{type.ToDisplayString()}' has the size of an address");
            case SpecialType.System_Boolean or SpecialType.System_Char or SpecialType.System_Decimal:
                return (ProblemKind.NotBitPatterns, $"not every bit pattern is a '{type.ToDisplayString()}'{MappedHint}");
            case SpecialType.System_DateTime:
                return (ProblemKind.LayoutNotGuaranteed, "the runtime lays out 'DateTime' as it likes" + MappedHint);
        }

        if (type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
        {
            return (ProblemKind.ProcessDependentSize, "a pointer means nothing in another process");
        }

        if (type.TypeKind != TypeKind.Struct || type.IsRefLikeType)
        {
            return (ProblemKind.NotOnMedia, $"'{type.ToDisplayString()}' refers to memory of this process");
        }

        if (type.IsTupleType || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            string hint = type.IsTupleType ? "" : MappedHint;
            return (ProblemKind.LayoutNotGuaranteed, $"the runtime lays out '{type.ToDisplayString()}' as it likes{hint}");
        }

        return TypeNames.MetadataName(type.OriginalDefinition) switch
        {
            "System.DateTimeOffset" => (ProblemKind.LayoutNotGuaranteed, "the runtime lays out 'DateTimeOffset' as it likes" + MappedHint),
            "System.Numerics.Vector`1"
                or "System.Runtime.InteropServices.CLong"
                or "System.Runtime.InteropServices.CULong"
                or "System.Runtime.InteropServices.NFloat" =>
                (ProblemKind.ProcessDependentSize, $"the size of '{type.Name}' depends on the processor or platform"),
            _ => null,
        };
    }

    // The value, then a word that says whether there is one, as wide as the value is aligned.
    private static FieldShape? Nullable(INamedTypeSymbol type, ISymbol field, PlanContext context)
    {
        ITypeSymbol inner = type.TypeArguments[0];
        if (Scalars.KindOf(inner) == ScalarKind.Reference)
        {
            return context.Refuse(ProblemKind.LayoutNotGuaranteed, field, "a reference has a null of its own");
        }

        if (ScalarShape(inner, field, allowsMapped: true, context) is not { } scalar)
        {
            var (kind, reason) = Refusal(inner)
                ?? (ProblemKind.LayoutNotGuaranteed, $"'{inner.Name}' is no scalar, and only scalars can be nullable on media");
            return context.Refuse(kind, field, reason);
        }

        return scalar with
        {
            Kind = FieldKind.Nullable,
            Size = scalar.Size + scalar.Alignment,
            Wire = scalar.Wire + "?",
            TypeName = scalar.TypeName + "?",
            ElementTypeName = scalar.TypeName,
        };
    }

    private static FieldShape? Text(INamedTypeSymbol type, ISymbol field, PlanContext context)
    {
        if (TextPlanner.CapacityOf(type, context.Cancellation) is not { } capacity)
        {
            return context.Refuse(ProblemKind.LayoutNotGuaranteed, field, $"the type '{type.Name}' has errors");
        }

        bool isBytes = TextPlanner.IsBytes(type);
        string name = TypeNames.Reference(type);
        return new FieldShape(
            isBytes ? FieldKind.Bytes : FieldKind.Text,
            ScalarKind.None,
            capacity,
            isBytes ? TextPlanner.PrefixBytes + capacity : capacity,
            1,
            1,
            Bracketed(isBytes ? "bytes" : "text", capacity),
            name,
            name,
            VisibilityOf.Type(type));
    }

    private static FieldShape? Nested(INamedTypeSymbol type, ISymbol field, PlanContext context)
    {
        if (NestedFacts.Of(type, context) is not { } facts)
        {
            return context.Refuse(ProblemKind.LayoutNotGuaranteed, field, $"the layout '{type.Name}' has errors");
        }

        string name = TypeNames.Reference(type);
        return new FieldShape(
            FieldKind.Nested,
            ScalarKind.None,
            1,
            facts.Size,
            facts.RuntimeAlignment,
            facts.Alignment,
            facts.Wire,
            name,
            name,
            VisibilityOf.Type(type))
        {
            IsPlainLayout = facts.IsPlain,
        };
    }

    private static FieldShape? Array(
        INamedTypeSymbol type, AttributeData array, ISymbol field, PlanContext context)
    {
        List<IFieldSymbol> elements = [.. type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic)];
        if (TypeNames.Argument(array) is not int count || count < 1 || elements.Count != 1)
        {
            return context.Refuse(ProblemKind.CompilerError, field, "");
        }

        IFieldSymbol element = elements[0];

        if (ScalarShape(element.Type, field, allowsMapped: false, context) is not { } scalar)
        {
            var (kind, reason) = Refusal(element.Type)
                ?? (ProblemKind.LayoutNotGuaranteed, $"elements of the inline array '{type.Name}' are not scalars");
            return context.Refuse(kind, field, reason);
        }

        return scalar with
        {
            Kind = FieldKind.Array,
            Count = count,
            Size = checked(count * scalar.Size),
            Wire = Bracketed(scalar.Wire, count),
            TypeName = TypeNames.Reference(type),
            Visibility = VisibilityOf.Min(scalar.Visibility, VisibilityOf.Type(type)),
        };
    }

    private static string Bracketed(string wire, int count) =>
        wire + "[" + count.ToString(CultureInfo.InvariantCulture) + "]";

    // Known from source only; an enum of another assembly has been compiled with some width and keeps it.
    private static bool StatesWidth(ITypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences.All(r =>
            r.GetSyntax(cancellation) is not EnumDeclarationSyntax { BaseList: null });
}
