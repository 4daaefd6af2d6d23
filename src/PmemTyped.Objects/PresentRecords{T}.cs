namespace PmemTyped;

/// <summary>
/// The records that are present, in order of their index; each is read when the enumeration comes to it. No allocation.
/// </summary>
/// <typeparam name="T">The layout.</typeparam>
public readonly struct PresentRecords<T>
    where T : unmanaged, IBlockRecord<T>
{
    private readonly BlockPool<T> _pool;

    internal PresentRecords(BlockPool<T> pool) => _pool = pool;

    /// <summary>Starts an enumeration.</summary>
    public Enumerator GetEnumerator() => new(_pool);

    /// <summary>Those that a predicate accepts.</summary>
    /// <typeparam name="TState">What the predicate depends on.</typeparam>
    /// <param name="state">Is given to the predicate, so that a static lambda is enough.</param>
    /// <param name="predicate">Chooses records.</param>
    /// <exception cref="ArgumentNullException">There is no predicate.</exception>
    public MatchingRecords<T, TState> Where<TState>(TState state, RecordPredicate<T, TState> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new MatchingRecords<T, TState>(this, state, predicate);
    }

    /// <summary>The state of one enumeration.</summary>
    public struct Enumerator
    {
        private readonly BlockPool<T> _pool;
        private readonly long _capacity;
        private long _next;

        internal Enumerator(BlockPool<T> pool)
        {
            _pool = pool;
            _capacity = pool.Capacity;
        }

        /// <summary>Gets the record found last.</summary>
        public PresentRecord<T> Current { readonly get; private set; }

        /// <summary>Goes on to the next present record.</summary>
        /// <returns>False when there is none.</returns>
        /// <exception cref="BlockRecordException">
        /// A block holds something that is not a sound record; the next call goes on behind it.
        /// </exception>
        public bool MoveNext()
        {
            while (_next < _capacity)
            {
                long index = _next++;
                _pool.ScanReaches(index);
                BlockRecordStatus status = _pool.TryRead(index, out T value);
                if (status == BlockRecordStatus.Ok)
                {
                    Current = new PresentRecord<T>(index, value);
                    return true;
                }

                if (status is not (BlockRecordStatus.Empty or BlockRecordStatus.Zeroed))
                {
                    throw new BlockRecordException(_pool.Blocks.Path, index, status);
                }
            }

            return false;
        }
    }
}
