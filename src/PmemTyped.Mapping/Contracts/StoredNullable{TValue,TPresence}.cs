using System.ComponentModel;
using System.Numerics;

namespace PmemTyped;

/// <summary>
/// How a mapped property of a nullable type lies on media: the value, zero where there is none, then a word that is zero
/// where there is none and 1 where there is. The word is as wide as the value is aligned, so nothing lies between or behind
/// them. Used by generated code. Stored in two steps: a crash between them can leave the one without the other.
/// </summary>
/// <typeparam name="TValue">How the value is stored.</typeparam>
/// <typeparam name="TPresence">An unsigned integer as wide as the alignment of the value.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct StoredNullable<TValue, TPresence>
    where TValue : unmanaged
    where TPresence : unmanaged, IBinaryInteger<TPresence>
{
    private readonly TValue _value;
    private readonly TPresence _presence;

    /// <summary>Initializes a new instance of the <see cref="StoredNullable{TValue, TPresence}"/> struct that holds a value.</summary>
    /// <param name="value">The value.</param>
    public StoredNullable(TValue value)
    {
        _value = value;
        _presence = TPresence.One;
    }

    /// <summary>Gets whether there is a value: any word that is not zero says so.</summary>
    public bool HasValue => !TPresence.IsZero(_presence);

    /// <summary>Gets the value; only meaningful where there is one.</summary>
    public TValue Value => _value;
}
