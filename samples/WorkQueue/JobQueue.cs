using PmemTyped;

namespace WorkQueue;

/// <summary>
/// A queue that is a linked list in a region. Taking a job out, freeing it and booking its result are one transaction, so a
/// worker that is killed has done a job entirely or not at all, and no job is lost or done twice.
/// </summary>
internal sealed class JobQueue(PersistentRegion region) : IDisposable
{
    private readonly PPtr<Queue> _root = region.Root<Queue>();

    /// <summary>A copy of the root.</summary>
    public Queue Status => region.Read(_root);

    public static JobQueue Create(string path) => new(PersistentRegion.Create<Queue>(path, 8 << 20));

    public static JobQueue Open(string path) => new(PersistentRegion.Open<Queue>(path));

    public void Enqueue(long number)
    {
        using scoped PersistentTransaction tx = region.BeginTransaction();
        PPtr<Job> job = tx.New(new Job { Number = number });
        Persistent<Queue> queue = tx.Update(_root); // from here on the root may be stored to
        if (queue.Last.IsNull)
        {
            queue.First = job;
        }
        else
        {
            Persistent<Job> last = tx.Update(queue.Last);
            last.Next = job;
        }

        queue.Last = job;
        queue.Waiting++;
        tx.Commit(); // without it, everything above is undone when the scope ends
    }

    /// <summary>Does the first job; when it returns, the result is durable and the job is gone.</summary>
    public bool TryProcess(Func<long, long> work)
    {
        using scoped PersistentTransaction tx = region.BeginTransaction();
        Persistent<Queue> queue = tx.Update(_root);
        PPtr<Job> first = queue.First;
        if (first.IsNull)
        {
            return false;
        }

        Job job = tx.Read(first).Value;
        queue.First = job.Next.To<Job>();
        if (job.Next.IsNull)
        {
            queue.Last = default;
        }

        queue.Waiting--;
        queue.Done++;
        queue.TotalSteps += work(job.Number);
        tx.Free(first);
        tx.Commit();
        return true;
    }

    /// <summary>Walks the list, which has to be as long as the root says.</summary>
    public IReadOnlyList<long> WaitingNumbers()
    {
        List<long> numbers = [];
        using scoped RegionLease lease = region.Lease();
        for (PPtr<Job> at = lease.Read(_root).First; !at.IsNull; at = lease.Read(at).Next)
        {
            numbers.Add(lease.Read(at).Number);
        }

        return numbers;
    }

    public void Dispose() => region.Dispose();
}
