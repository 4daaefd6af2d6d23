using System.Runtime.CompilerServices;

namespace PmemTyped.Blocks.Layout;

/// <summary>3968 reserved bytes.</summary>
[InlineArray(3968)]
internal struct Reserved3968
{
    private byte _element0;
}

/// <summary>96 bytes that belong to the running process of the reference library.</summary>
[InlineArray(96)]
internal struct RunTimeArea96
{
    private byte _element0;
}

/// <summary>The bytes behind the descriptor that the format leaves to the application.</summary>
[InlineArray(BlockDescriptorLayout.ApplicationAreaBytes)]
internal struct ApplicationArea3992
{
    private byte _element0;
}
