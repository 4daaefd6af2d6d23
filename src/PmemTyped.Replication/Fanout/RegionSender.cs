namespace PmemTyped.Replication.Fanout;

/// <summary>Sends regions to a replica to which writers send too. Threads: one.</summary>
internal sealed class RegionSender(ReplicaLink link, RemotePool pool)
{
    private const int CopyBytes = 1 << 20;

    private readonly byte[] _copy = new byte[CopyBytes];
    private int _used;

    internal void Send(long offset, int lengthBytes)
    {
        if (_used + lengthBytes > CopyBytes)
        {
            pool.Drain();
            _used = 0;
        }

        link.SendRange(offset, _copy.AsSpan(_used, lengthBytes));
        _used += lengthBytes;
    }
}
