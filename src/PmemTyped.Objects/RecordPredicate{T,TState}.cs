namespace PmemTyped;

/// <summary>Chooses records. A static lambda allocates nothing; what it needs is in the state.</summary>
/// <typeparam name="T">The layout.</typeparam>
/// <typeparam name="TState">What the choice depends on.</typeparam>
/// <param name="record">A record.</param>
/// <param name="state">What was given to Where.</param>
/// <returns>Whether the record is wanted.</returns>
public delegate bool RecordPredicate<T, in TState>(in T record, TState state)
    where T : unmanaged, IBlockRecord<T>;
