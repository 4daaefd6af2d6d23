namespace PmemTyped.Blocks.Btt;

/// <summary>
/// The groups of an open pool: flog slots that are not lanes, up to 64 each. Any assignment of slots is valid on the
/// medium; operations that go alone use the lanes, as the reference does. Threads: safe; who finds no group waits.
/// </summary>
internal sealed class WriteGroupPool
{
    private readonly Stack<WriteGroup> _idle = new();

    /// <summary>Initializes a new instance of the <see cref="WriteGroupPool"/> class.</summary>
    /// <param name="lanes">Slots that are lanes: the first ones.</param>
    /// <param name="slots">Slots of every arena.</param>
    internal WriteGroupPool(int lanes, int slots)
    {
        // Only a format with few slots makes a group smaller.
        int size = Math.Min(WriteGroup.MaxSlots, slots - lanes);
        for (int first = slots - size; size > 0 && first >= lanes; first -= size)
        {
            _idle.Push(new WriteGroup(first, size));
        }

        Count = _idle.Count;
    }

    /// <summary>Gets the number of groups; 0 when lanes take all slots.</summary>
    internal int Count { get; }

    /// <summary>Takes a group for its own use; waits for one. The caller holds no lane, so that holders of groups get one.</summary>
    internal WriteGroup Take()
    {
        lock (_idle)
        {
            while (_idle.Count == 0)
            {
                _ = Monitor.Wait(_idle);
            }

            return _idle.Pop();
        }
    }

    internal void Return(WriteGroup group)
    {
        group.Clear();
        lock (_idle)
        {
            _idle.Push(group);
            Monitor.Pulse(_idle);
        }
    }
}
