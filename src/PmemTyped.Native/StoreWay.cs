namespace PmemTyped.Native;

/// <summary>How a copy or a fill reaches memory, and what it leaves to be done. (mapping specification, section 9.1)</summary>
public enum StoreWay
{
    /// <summary>Ordinary stores into the cache; nothing is written back. Stored.</summary>
    Cached = 0,

    /// <summary>Ordinary stores, and every line that they touch is written back. Flushed.</summary>
    CachedFlushed = 1,

    /// <summary>Stores past the cache; what does not fill a streaming store is stored and written back. Flushed.</summary>
    Streamed = 2,

    /// <summary>
    /// Stores past the cache with a fence behind them; nothing is written back. Persisted where the power-fail domain
    /// includes the caches.
    /// </summary>
    StreamedFenced = 3,
}
