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
        public PresentRecord<T> Current { get; private set; }

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
