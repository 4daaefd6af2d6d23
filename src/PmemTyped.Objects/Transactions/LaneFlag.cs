using System.Runtime.InteropServices;

namespace PmemTyped.Objects.Transactions;

/// <summary>Whether a lane is taken, in a line of its own: threads that take different lanes must not wait for each other.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * LineBytes)]
internal struct LaneFlag
{
    private const int LineBytes = 64;

    [FieldOffset(LineBytes)] internal int Value;
}
