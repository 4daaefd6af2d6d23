using PmemTyped.Native;

namespace PmemTyped;

/// <summary>Called by generated code: compares the planned layout with what the runtime really does.</summary>
public static class LayoutGuard
{
    /// <summary>Checks the size of a layout.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    /// <param name="expectedBytes">The planned size.</param>
    /// <exception cref="PmemInvariantException">It differs.</exception>
    public static void Size<T>(int expectedBytes)
        where T : unmanaged
    {
        int found = Blittable.SizeOf<T>();
        if (found != expectedBytes)
        {
            throw new PmemInvariantException(FormattableString.Invariant(
                $"{typeof(T)} was planned with {expectedBytes} bytes, but the runtime gives it {found}."));
        }
    }

    /// <summary>Checks the offset of a field.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    /// <typeparam name="TField">Type of the field.</typeparam>
    /// <param name="layout">Any instance.</param>
    /// <param name="field">The field of that instance.</param>
    /// <param name="expectedOffset">The planned offset.</param>
    /// <param name="name">Name of the field.</param>
    /// <exception cref="PmemInvariantException">It differs.</exception>
    public static void Offset<T, TField>(
        ref readonly T layout, ref readonly TField field, int expectedOffset, string name)
        where T : unmanaged
        where TField : unmanaged
    {
        nint found = Blittable.OffsetOf(in layout, in field);
        if (found != expectedOffset)
        {
            throw new PmemInvariantException(FormattableString.Invariant(
                $"{typeof(T)}.{name} was planned at offset {expectedOffset}, but the runtime puts it at {found}."));
        }
    }
}
