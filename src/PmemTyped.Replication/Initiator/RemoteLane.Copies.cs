using PmemTyped.Mapping;

namespace PmemTyped.Replication.Initiator;

/// <content>Ranges of the local map that others store to while they leave.</content>
internal sealed partial class RemoteLane
{
    /// <summary>
    /// Copies a range of the local map and queues the copy, with no other frame of the lane between: what a writer queued before
    /// is in the copy, and what it stores later follows. Bytes that leave are the copy's, so that no store tears a frame.
    /// </summary>
    internal void WriteCopy(long offset, Memory<byte> copy, in ReplicaDeadline deadline)
    {
        Enter(_sending, in deadline);
        try
        {
            using (scoped PmemMapLease lease = local.Lease())
            {
                lease.Window(offset, copy.Length).CopyTo(copy.Span);
            }

            _ = Write(offset, copy, isAtomic: false, drains: false, in deadline);
        }
        finally
        {
            Monitor.Exit(_sending);
        }
    }
}
