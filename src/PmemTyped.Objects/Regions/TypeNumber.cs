namespace PmemTyped.Objects.Regions;

/// <summary>Numbers the layouts of this process, so that a region finds what it knows of one without a search.</summary>
internal static class TypeNumber
{
    private static int s_last = -1;

    /// <summary>The number of a layout, from 0 on.</summary>
    internal static int Of<T>()
        where T : unmanaged, IPersistentLayout<T> => Holder<T>.Value;

    private static class Holder<T>
    {
        internal static readonly int Value = Interlocked.Increment(ref s_last);
    }
}
