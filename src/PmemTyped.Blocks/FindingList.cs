using PmemTyped.Sets;

namespace PmemTyped.Blocks;

/// <summary>Collects findings, counts all and keeps the first.</summary>
internal sealed class FindingList
{
    private readonly List<PoolFinding> _listed = [];

    internal IReadOnlyList<PoolFinding> Listed => _listed;

    internal long Count { get; private set; }

    internal void Add(PoolFinding? finding)
    {
        if (finding is null)
        {
            return;
        }

        Count++;
        if (_listed.Count < BlockPoolReport.MaxFindings)
        {
            _listed.Add(finding);
        }
    }
}
