using System.Runtime.CompilerServices;

namespace PmemTyped.Objects.Layout;

/// <summary>16 reserved bytes.</summary>
[InlineArray(16)]
internal struct Reserved16
{
    private byte _element0;
}

/// <summary>24 reserved bytes.</summary>
[InlineArray(24)]
internal struct Reserved24
{
    private byte _element0;
}

/// <summary>56 reserved bytes.</summary>
[InlineArray(56)]
internal struct Reserved56
{
    private byte _element0;
}
