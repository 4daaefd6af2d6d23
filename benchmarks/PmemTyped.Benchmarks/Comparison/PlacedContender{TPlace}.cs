using System.Runtime.CompilerServices;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>A loop that is made several times, each at another place.</summary>
/// <typeparam name="TPlace">See <see cref="Places"/>.</typeparam>
internal abstract class PlacedContender<TPlace> : Contender
    where TPlace : struct
{
    private int _ignored;

    /// <summary>
    /// Moves the code behind it. Methods begin at multiples of 32 bytes, and the JIT fills up to the start of a loop only where a
    /// few bytes are missing; so two equal loops run unlike for the length of what is before them. Each store is seven bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // nothing is moved otherwise
    protected void Shift()
    {
        int stores = typeof(TPlace) == typeof(sbyte) ? 1
            : typeof(TPlace) == typeof(short) ? 2
            : typeof(TPlace) == typeof(ushort) ? 3
            : typeof(TPlace) == typeof(int) ? 4
            : typeof(TPlace) == typeof(uint) ? 5
            : typeof(TPlace) == typeof(long) ? 6
            : typeof(TPlace) == typeof(ulong) ? 7
            : 0;
        Store(stores > 0);
        Store(stores > 1);
        Store(stores > 2);
        Store(stores > 3);
        Store(stores > 4);
        Store(stores > 5);
        Store(stores > 6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    private void Store(bool isAsked)
    {
        if (isAsked)
        {
            Volatile.Write(ref _ignored, 0);
        }
    }
}
