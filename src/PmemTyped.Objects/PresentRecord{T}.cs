namespace PmemTyped;

/// <summary>A record and where it is.</summary>
/// <typeparam name="T">The layout.</typeparam>
/// <param name="Index">Its index.</param>
/// <param name="Value">The record.</param>
public readonly record struct PresentRecord<T>(long Index, T Value)
    where T : unmanaged, IBlockRecord<T>;
