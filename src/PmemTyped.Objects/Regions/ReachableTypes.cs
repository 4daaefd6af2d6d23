namespace PmemTyped.Objects.Regions;

/// <summary>Collects the layouts that can be reached from one through references, its own first.</summary>
internal sealed class ReachableTypes : ILayoutVisitor
{
    private readonly List<RegionType> _types = [];
    private readonly HashSet<Type> _referenced = [];
    private readonly HashSet<Type> _nested = [];

    private ReachableTypes()
    {
    }

    /// <summary>Everything that can be reached from a layout.</summary>
    /// <exception cref="ArgumentException">Two of them have the same name on media and differ.</exception>
    internal static IReadOnlyList<RegionType> Of<T>()
        where T : unmanaged, IPersistentLayout<T>
    {
        var reachable = new ReachableTypes();
        reachable.Reference<T>();
        return reachable._types;
    }

    /// <inheritdoc/>
    public void Reference<T>()
        where T : unmanaged, IPersistentLayout<T>
    {
        if (!_referenced.Add(typeof(T)))
        {
            return;
        }

        RegionType type = RegionType.Of<T>();
        RegionType? other = _types.Find(t => t.Name == type.Name);
        if (other is null)
        {
            _types.Add(type);
        }
        else if (other.Hash != type.Hash)
        {
            throw new ArgumentException($"Two layouts have the name '{type.Name}' and differ: {other.Text} and {type.Text}.");
        }

        T.VisitReferences(this);
    }

    /// <inheritdoc/>
    public void Nested<T>()
        where T : unmanaged, IPersistentLayout<T>
    {
        // No object of its own, but what it points to are.
        if (_nested.Add(typeof(T)))
        {
            T.VisitReferences(this);
        }
    }
}
