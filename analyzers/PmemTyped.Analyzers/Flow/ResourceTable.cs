using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>The disposable locals of one graph that persistent objects depend on: leases, maps and pools.</summary>
internal sealed class ResourceTable(MarkerTypes types)
{
    private const int MaxResources = 64;

    private readonly Dictionary<ISymbol, int> _indexes = new(SymbolEqualityComparer.Default);

    /// <summary>The number of a local in the word of those alive; null for other types and beyond the 64th.</summary>
    internal int? IndexOf(ISymbol symbol, ITypeSymbol? type)
    {
        if (!types.IsResource(type))
        {
            return null;
        }

        if (!_indexes.TryGetValue(symbol, out int index))
        {
            index = _indexes.Count;
            _indexes.Add(symbol, index);
        }

        return index < MaxResources ? index : null;
    }
}
