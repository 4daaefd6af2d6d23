using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>The persistent objects of one graph, numbered. The first number belongs to the fence, not to an object.</summary>
internal sealed class RootTable(MarkerTypes types)
{
    /// <summary>More objects in one method than anybody writes; the analysis gives up above.</summary>
    internal const int MaxRoots = 512;

    /// <summary>The place in a state that says whether a flush waits for a drain.</summary>
    internal const int Fence = 0;

    private readonly List<Root> _roots = [new Root(Fence, "", MarkerTypes.NoShape)];
    private readonly Dictionary<ISymbol, Root> _symbols = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<string, Root> _paths = new(StringComparer.Ordinal);

    internal IReadOnlyList<Root> All => _roots;

    internal Root? Find(ISymbol symbol) => _symbols.TryGetValue(symbol, out Root? root) ? root : null;

    internal Root Of(ISymbol symbol, ITypeSymbol type)
    {
        if (!_symbols.TryGetValue(symbol, out Root? root))
        {
            root = Add(new Root(_roots.Count, symbol.Name, types.ShapeOf(type)) { Parameter = symbol as IParameterSymbol });
            _symbols.Add(symbol, root);
        }

        return root;
    }

    /// <summary>The object that a piece of source text denotes.</summary>
    internal Root Of(string path, ITypeSymbol? type, bool isOfReceiver)
    {
        if (!_paths.TryGetValue(path, out Root? root))
        {
            root = Add(new Root(_roots.Count, path, types.ShapeOf(type)) { IsOfReceiver = isOfReceiver });
            _paths.Add(path, root);
        }

        return root;
    }

    /// <summary>A layout nested in another object.</summary>
    internal Root Child(Root parent, string name, ulong bit, ITypeSymbol type)
    {
        string path = parent.Index + ":" + name;
        if (!_paths.TryGetValue(path, out Root? root))
        {
            root = Add(new Root(_roots.Count, parent.Name + "." + name, types.ShapeOf(type)) { Parent = parent, ParentBit = bit });
            parent.Children.Add(root);
            _paths.Add(path, root);
        }

        return root;
    }

    /// <summary>Gives a root whose local is assigned again a place for what its earlier objects were left with.</summary>
    internal void KeepEarlier(Root root)
    {
        if (root.Earlier is null)
        {
            root.Earlier = Add(new Root(_roots.Count, root.Name, root.Shape));
            root.Earlier.IsEarlier = true;
        }
    }

    private Root Add(Root root)
    {
        _roots.Add(root);
        return root;
    }
}
