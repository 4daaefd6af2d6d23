namespace PmemTyped;

/// <summary>The present records that a predicate accepts, in order of their index. No allocation.</summary>
/// <typeparam name="T">The layout.</typeparam>
/// <typeparam name="TState">What the predicate depends on.</typeparam>
public readonly struct MatchingRecords<T, TState>
    where T : unmanaged, IBlockRecord<T>
{
    private readonly PresentRecords<T> _records;
    private readonly TState _state;
    private readonly RecordPredicate<T, TState> _predicate;

    internal MatchingRecords(PresentRecords<T> records, TState state, RecordPredicate<T, TState> predicate)
    {
        _records = records;
        _state = state;
        _predicate = predicate;
    }

    /// <summary>Starts an enumeration.</summary>
    public Enumerator GetEnumerator() => new(_records.GetEnumerator(), _state, _predicate);

    /// <summary>The state of one enumeration.</summary>
    public struct Enumerator
    {
        private readonly TState _state;
        private readonly RecordPredicate<T, TState> _predicate;
        private PresentRecords<T>.Enumerator _records;

        internal Enumerator(PresentRecords<T>.Enumerator records, TState state, RecordPredicate<T, TState> predicate)
        {
            _records = records;
            _state = state;
            _predicate = predicate;
        }

        /// <summary>Gets the record found last.</summary>
        public readonly PresentRecord<T> Current => _records.Current;

        /// <summary>Goes on to the next record that the predicate accepts.</summary>
        /// <returns>False when there is none.</returns>
        /// <exception cref="BlockRecordException">
        /// A block holds something that is not a sound record; the next call goes on behind it.
        /// </exception>
        public bool MoveNext()
        {
            while (_records.MoveNext())
            {
                if (_predicate(_records.Current.Value, _state))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
