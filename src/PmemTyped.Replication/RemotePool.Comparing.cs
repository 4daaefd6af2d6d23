using PmemTyped.Mapping;
using PmemTyped.Replication.Initiator;

namespace PmemTyped.Replication;

/// <content>What a resync needs: both sides of a range, to be compared.</content>
public sealed partial class RemotePool
{
    /// <summary>Gets the memory that is copied.</summary>
    internal PmemMap Local => _local;

    /// <summary>The hash of a range at the target, after everything that was queued on the lane.</summary>
    internal void Hash(long offset, int lengthBytes, Span<byte> hash, int lane)
    {
        RemoteLane via = Usable(offset, lengthBytes, lane, isStore: false, CancellationToken.None);
        try
        {
            via.Hash(offset, lengthBytes, hash, _options.ToOperate(CancellationToken.None));
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Read);
        }
    }
}
