using System.Diagnostics.CodeAnalysis;

namespace PmemTyped.Mapping;

/// <summary>The first failed flush of a mapping, kept for good; a map and its slices share it (Design 0004).</summary>
internal sealed class MapFault(string path)
{
    private PmemIOException? _cause;

    internal bool IsSet => Volatile.Read(ref _cause) is not null;

    internal void ThrowIfSet()
    {
        if (_cause is not null)
        {
            Throw();
        }
    }

    [DoesNotReturn]
    internal void Set(PmemIOException cause)
    {
        _ = Interlocked.CompareExchange(ref _cause, cause, null);
        Throw();
    }

    [DoesNotReturn]
    private void Throw() => throw new PmemFaultedException(path, _cause);
}
