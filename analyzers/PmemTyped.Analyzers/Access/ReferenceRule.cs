using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using PmemTyped.Analyzers.Flow;

namespace PmemTyped.Analyzers.Access;

/// <summary>A reference that counts from its own place leads elsewhere as soon as it is copied to another place.</summary>
internal static class ReferenceRule
{
    /// <summary>Whether a local takes such a reference out of an object and uses it for more than a test.</summary>
    internal static bool IsCopied(IVariableDeclaratorOperation declarator, MarkerTypes types) =>
        IsOnMedia(declarator.GetVariableInitializer()?.Value, types)
        && !declarator.Symbol.IsRef && MarkerTypes.IsSelfRelative(declarator.Symbol.Type)
        && Uses(declarator).Any(u => u.Parent is not IPropertyReferenceOperation { Property.Type.SpecialType: SpecialType.System_Boolean });

    private static bool IsOnMedia(IOperation? value, MarkerTypes types)
    {
        for (IOperation? at = value; at is not null;)
        {
            switch (at)
            {
                case IPropertyReferenceOperation property:
                    return types.IsCursor(property.Instance?.Type) || types.IsReader(property.Instance?.Type);
                case IFieldReferenceOperation field:
                    at = field.Instance;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private static IEnumerable<IOperation> Uses(IVariableDeclaratorOperation declarator)
    {
        IOperation root = declarator;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        return root.Descendants().OfType<ILocalReferenceOperation>()
            .Where(u => SymbolEqualityComparer.Default.Equals(u.Local, declarator.Symbol));
    }
}
