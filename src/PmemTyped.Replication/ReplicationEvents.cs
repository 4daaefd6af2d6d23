using System.Diagnostics.Tracing;

namespace PmemTyped.Replication;

/// <summary>What happens to the replicas of sets, for EventListener, dotnet-trace and whatever else listens to event sources.</summary>
[EventSource(Name = "PmemTyped-Replication")]
internal sealed class ReplicationEvents : EventSource
{
    internal static readonly ReplicationEvents Log = new();

    private ReplicationEvents()
    {
    }

    [NonEvent]
    internal void Changed(in ReplicaStatus change)
    {
        if (!IsEnabled())
        {
            return;
        }

        switch (change.State)
        {
            case ReplicaState.Away:
                Left(change.Name, change.Failure?.Message ?? string.Empty);
                break;
            case ReplicaState.Rejoining:
                Rejoining(change.Name, change.MissedRegions);
                break;
            default:
                InSync(change.Name, change.Durability.ToString());
                break;
        }
    }

    [Event(1, Level = EventLevel.Warning, Message = "Replica {0} is away: {1}")]
    private void Left(string replica, string reason) => WriteEvent(1, replica, reason);

    [Event(2, Level = EventLevel.Informational, Message = "Replica {0} is being sent the {1} regions that it missed")]
    private void Rejoining(string replica, long regions) => WriteEvent(2, replica, regions);

    [Event(3, Level = EventLevel.Informational, Message = "Replica {0} is in sync, its acknowledgements promise {1}")]
    private void InSync(string replica, string durability) => WriteEvent(3, replica, durability);
}
