namespace PmemTyped;

/// <summary>Persists one object when the scope ends, on every path out of it.</summary>
/// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
public readonly ref struct PersistScope<T>
    where T : unmanaged, IPersistentLayout<T>
{
    private readonly Persistent<T> _cursor;

    internal PersistScope(Persistent<T> cursor) => _cursor = cursor;

    /// <summary>Persists the object. Persisted on return.</summary>
    [Persists]
    public void Dispose() => _cursor.Persist();
}
