using System.Runtime.CompilerServices;

namespace PmemTyped.Sets.Layout;

/// <summary>39 reserved bytes.</summary>
[InlineArray(39)]
public struct Reserved39
{
    private byte _element0;
}

/// <summary>1904 reserved bytes.</summary>
[InlineArray(1904)]
public struct Reserved1904
{
    private byte _element0;
}

/// <summary>1976 reserved bytes.</summary>
[InlineArray(1976)]
public struct Reserved1976
{
    private byte _element0;
}
