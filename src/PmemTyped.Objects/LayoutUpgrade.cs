namespace PmemTyped;

/// <summary>What opening does about records of older layouts.</summary>
public enum LayoutUpgrade
{
    /// <summary>A pool that has, or may have, records of another layout is refused.</summary>
    Never = 0,

    /// <summary>
    /// A pool of an older layout is accepted if each of its records can be read as the new one: through the steps marked
    /// [MigratesFrom], or because fields were only added or given up. Records are upgraded when they are read; what is
    /// written has the new layout. Programs that know the old layout alone cannot open the pool any more.
    /// </summary>
    OnRead = 1,
}
