using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Flow;

namespace PmemTyped.Analyzers.Access;

/// <summary>A copy of an object is changed and then forgotten: the change was meant for the object.</summary>
internal static class CopyRule
{
    /// <summary>Whether a local is initialized with a copy of what a cursor leads to.</summary>
    internal static bool IsCopy(IVariableDeclaratorOperation declarator, MarkerTypes types) =>
        declarator.Symbol is { IsRef: false, Type.IsValueType: true, Type.IsRefLikeType: false }
        && declarator.GetVariableInitializer()?.Value is IPropertyReferenceOperation { Property.Name: "Value" } property
        && (types.IsCursor(property.Instance?.Type) || types.IsReader(property.Instance?.Type));

    /// <summary>The cursor that it was copied from as the user names it, empty where that one cannot store.</summary>
    internal static string WritableSource(IVariableDeclaratorOperation declarator, MarkerTypes types) =>
        declarator.GetVariableInitializer()?.Value is IPropertyReferenceOperation { Instance: { } source } && types.IsCursor(source.Type)
            ? source.Syntax.ToString()
            : "";

    /// <summary>
    /// The first change, if the copy is never used as a whole and no changed field is read: then nothing can notice it.
    /// </summary>
    internal static IOperation? FirstLostChange(IVariableDeclaratorOperation declarator)
    {
        IOperation? first = null;
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (ILocalReferenceOperation use in Root(declarator).Descendants().OfType<ILocalReferenceOperation>()
            .Where(u => SymbolEqualityComparer.Default.Equals(u.Local, declarator.Symbol)))
        {
            if (use.Parent is not IFieldReferenceOperation field)
            {
                return null;
            }

            IOperation place = field;
            while (place.Parent is IFieldReferenceOperation or IInlineArrayAccessOperation)
            {
                place = place.Parent;
            }

            if (ChangeOf(place) is { } change)
            {
                _ = changed.Add(field.Field.Name);
                first ??= change;
            }
            else
            {
                _ = read.Add(field.Field.Name);
            }
        }

        return changed.Overlaps(read) ? null : first;
    }

    private static IOperation? ChangeOf(IOperation place) => place.Parent switch
    {
        ISimpleAssignmentOperation { IsRef: false } assignment when assignment.Target == place => assignment,
        ICompoundAssignmentOperation compound when compound.Target == place && compound.Parent is IExpressionStatementOperation => compound,
        IIncrementOrDecrementOperation increment when increment.Parent is IExpressionStatementOperation => increment,
        _ => null,
    };

    private static IOperation Root(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }
}
