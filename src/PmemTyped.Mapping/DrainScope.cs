namespace PmemTyped.Mapping;

/// <summary>
/// Drains at its end, on every path out of it, so that all flushes inside it are waited for once. Comes from
/// <see cref="PmemMap.BeginDrain"/>.
/// <code>
/// using (map.BeginDrain())
/// {
///     using (scoped FlushScope head = map.BeginFlush(0, 64))
///     {
///         header.CopyTo(head.Window(0, 64));
///     }
///
///     using (scoped FlushScope body = map.BeginFlush(4096, 1 &lt;&lt; 20))
///     {
///         content.CopyTo(body.Window(4096, 1 &lt;&lt; 20));
///     }
/// } // both are Persisted here
/// </code>
/// </summary>
/// <remarks>
/// An exception inside the scope stops neither the drain nor the unmapping; pynvm's DrainContext does neither then. A drain
/// waits for what was flushed and changes nothing. It covers flushes of its own thread only, to any map. On page granularity
/// it is nothing, because each flush has synced already. Threads: the scope belongs to the thread that began it.
/// (mapping specification, section 11; pynvm's DrainContext)
/// </remarks>
public ref struct DrainScope
{
    private readonly bool _unmap;
    private PmemMap? _map;

    internal DrainScope(PmemMap map, bool unmap)
    {
        map.AddReference();
        _map = map;
        _unmap = unmap;
    }

    /// <summary>
    /// Drains, then unmaps if that was asked for; a second call does nothing. Everything that this thread flushed is Persisted
    /// on return. (pmem_drain)
    /// </summary>
    /// <exception cref="PmemFaultedException">An earlier flush of this map failed; the scope has ended all the same.</exception>
    public void Dispose()
    {
        if (_map is not { } map)
        {
            return;
        }

        _map = null;
        try
        {
            map.ThrowIfFaulted();
            map.DangerousGetMedium().Drain(default);
        }
        finally
        {
            map.Handle.DangerousRelease();
            if (_unmap)
            {
                map.Dispose();
            }
        }
    }
}
