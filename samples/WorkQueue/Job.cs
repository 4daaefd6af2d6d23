using PmemTyped;

namespace WorkQueue;

/// <summary>The root of the region: the two ends of the queue, and what has been done so far.</summary>
[PersistentLayout("queue.root")]
public partial struct Queue
{
    [PointsTo<Job>] public PPtr First;
    [PointsTo<Job>] public PPtr Last;
    public long Waiting;
    public long Done;
    public long TotalSteps;
}

/// <summary>One job, a node of the queue. References are offsets, so they survive being mapped elsewhere.</summary>
[PersistentLayout("queue.job")]
public partial struct Job
{
    public long Number;
    [PointsTo<Job>] public PPtr Next;
}
