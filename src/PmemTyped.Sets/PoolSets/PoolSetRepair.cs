using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// A set whose headers may be damaged, and the pool in it as it is with restored ones. All parts of all local replicas are
/// locked until it is disposed. Threads: one at a time. (sets specification, sections 21 and 22)
/// </summary>
public sealed class PoolSetRepair : IDisposable
{
    private readonly PoolSetFiles _files;
    private readonly ulong _signature;
    private readonly PartHeaderLayout[][] _stored;
    private readonly PartHeaderLayout[][] _wanted;

    private PoolSetRepair(PoolSetFiles files, ulong signature, PartHeaderLayout[][] stored)
    {
        _files = files;
        _signature = signature;
        _stored = stored;
        _wanted = [.. stored.Select(r => r.ToArray())];
    }

    /// <summary>Gets what is wrong with the headers as they will be: damage first; links and features only where there is none.</summary>
    public IReadOnlyList<PoolFinding> Findings => Examine(_wanted);

    /// <summary>Gets the number of local replicas besides the first one.</summary>
    public int MirrorCount => _files.Replicas.Count - 1;

    /// <summary>Opens and locks all parts. Changes no byte.</summary>
    /// <param name="file">The set.</param>
    /// <param name="signature">The signature of the pool type.</param>
    /// <param name="isWritable">Whether anything will be written; otherwise read permission is enough, and the locks are shared.</param>
    /// <exception cref="PmemIOException">A part is missing, or may not be opened.</exception>
    /// <exception cref="PmemInUseException">A part is open elsewhere.</exception>
    /// <exception cref="PmemFormatException">A part has another size, or the pool was interrupted while it grew.</exception>
    public static PoolSetRepair Open(PoolSetFile file, ulong signature, bool isWritable)
    {
        ArgumentNullException.ThrowIfNull(file);
        PoolSetFiles files = PoolSetFiles.Open(file, isWritable, platform: null);
        try
        {
            PartHeaderLayout[][] headers = files.SettleHeaders(signature, writes: false, out PartHeaderLayout first);
            _ = PoolMark.Without(in first, PoolFeatures.Growing, out bool isGrowing);
            return isGrowing
                ? throw new PmemFormatException(
                    file.Path, "pool growth", 16, "finished", "interrupted", "Open the pool for writing once, which finishes it.")
                : new PoolSetRepair(files, signature, headers);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Restores damaged headers, and gives all parts the features of the very first one, which is what a change of features
    /// writes first. Nothing is written yet. A header is guessed only where its file is proved to be that part, and never in a
    /// set with mirrors: there a synchronisation makes a part anew, and leaves such headers while it does.
    /// </summary>
    /// <param name="pool">What the content says is the identity of the pool, or null.</param>
    /// <param name="guesses">Whether headers are wanted that are not certain.</param>
    public IReadOnlyList<PoolSetHeaderChange> Restore(Guid? pool, bool guesses)
    {
        var repair = new PartHeaderRepair(_wanted, _signature, _files.IsSingleHeader, pool);
        var changes = new List<PoolSetHeaderChange>();
        foreach (PoolSetPartFile file in _files.All.Where(f => f.HasHeader))
        {
            bool isProved = MirrorCount == 0 && (IsKnown(file) || (pool is not null && file.Index == 0));
            PartHeaderLayout stored = _wanted[file.Replica][file.Index];
            PoolFinding? finding = PartHeader.Examine(in stored, _signature, isPartOfSet: true);
            if (finding is not null && repair.Restore(file.Replica, file.Index, guesses && isProved, out bool isCertain) is not null)
            {
                string why = isCertain ? "fits its checksum" : "made of other headers and its own fields, with a new checksum";
                changes.Add(Change(file, $"{finding.Structure} {finding.Found}", why, isCertain));
            }
        }

        changes.AddRange(EqualizeFeatures());
        return changes;
    }

    /// <summary>Gives all headers other features; SINGLEHDR stays as it is. Nothing is written yet.</summary>
    /// <param name="features">Incompat features.</param>
    /// <param name="checksBadBlocks">The compat feature CHECK_BAD_BLOCKS.</param>
    /// <returns>Whether anything is to be written.</returns>
    public bool SetFeatures(PoolFeatures features, bool checksBadBlocks)
    {
        uint single = _files.IsSingleHeader ? (uint)PoolFeatures.SingleHeader : 0;
        foreach (PartHeaderLayout[] replica in _wanted)
        {
            for (int p = 0; p < replica.Length; p++)
            {
                replica[p] = WithFeatures(replica[p], (uint)features | single, checksBadBlocks ? PartHeader.CheckBadBlocks : 0);
            }
        }

        return _files.All.Any(IsChanged);
    }

    /// <summary>Maps the pool on private pages of one replica, with the header that its first part will have.</summary>
    /// <param name="replica">Number of the replica, from 0.</param>
    public PoolSetMap MapPrivate(int replica) => PoolSetMap.Mapped(_files, PoolSetAccess.Private, replica, set =>
    {
        PartHeaderLayout header = _wanted[replica][0];
        set.Map.DangerousGetMedium().Store(0, Blittable.AsBytes(in header));
    });

    /// <summary>
    /// Writes headers that differ, that of the very first part before all others. Persisted on return. A crash in the middle
    /// leaves old and new ones, and at most one torn between both, which <see cref="Restore"/> tells from its checksum.
    /// </summary>
    public void WriteHeaders()
    {
        _ = _files.SettleHeaders(_signature, writes: true, out _);
        foreach (PoolSetPartFile file in _files.All.Where(IsChanged))
        {
            PartHeaderLayout header = _wanted[file.Replica][file.Index];
            file.WriteHeader(in header);
        }
    }

    /// <summary>Writes headers that differ, lets the pool be changed, and makes all mirrors equal to it. Persisted on return.</summary>
    /// <param name="change">Receives the pool of the first replica; what it persists reaches the mirrors.</param>
    /// <returns>The open pool.</returns>
    public PoolSetMap Apply(Action<PmemMap> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        WriteHeaders();
        return PoolSetMap.Mapped(_files, PoolSetAccess.Write, 0, set =>
        {
            change(set.Map);
            set.EqualizeMirrors();
        });
    }

    /// <summary>Lets go of the files.</summary>
    public void Dispose() => _files.Dispose();

    private static bool HasLeftOverState(PartHeaderLayout header)
    {
        ShutdownStateLayout state = header.ShutdownState;
        return (header.Incompat & (uint)PoolFeatures.ShutdownState) == 0 && Blittable.AsBytes(in state).ContainsAnyExcept((byte)0);
    }

    private static PartHeaderLayout WithFeatures(PartHeaderLayout header, uint incompat, uint compat)
    {
        header.Incompat = incompat;
        header.Compat = compat;
        header.ShutdownState = HasLeftOverState(header) ? default : header.ShutdownState;
        header.Checksum = PartHeader.ComputeChecksum(in header);
        return header;
    }

    private static PoolSetHeaderChange Change(PoolSetPartFile file, string found, string restored, bool isCertain) =>
        new(file.Replica, file.Index, file.Path, found, restored, isCertain);

    // Both its own header and a sound one beside it say which part it is.
    private bool IsKnown(PoolSetPartFile file)
    {
        PartHeaderLayout[] own = _wanted[file.Replica];
        PartHeaderLayout before = own[(file.Index + own.Length - 1) % own.Length];
        Guid id = own[file.Index].PartUuid;
        return own.Length > 1
            && own[file.Index].PoolSetUuid == before.PoolSetUuid
            && before.NextPartUuid == id
            && PartHeader.Examine(in before, _signature, isPartOfSet: true) is null;
    }

    // Of sound headers, and only towards a sound one.
    private List<PoolSetHeaderChange> EqualizeFeatures()
    {
        PartHeaderLayout first = _wanted[0][0];
        if (PartHeader.Examine(in first, _signature, isPartOfSet: true) is not null)
        {
            return [];
        }

        var changes = new List<PoolSetHeaderChange>();
        foreach (PoolSetPartFile file in _files.All.Where(f => f.HasHeader))
        {
            PartHeaderLayout header = _wanted[file.Replica][file.Index];
            bool isOther = header.Incompat != first.Incompat || header.Compat != first.Compat || HasLeftOverState(header);
            if (isOther && PartHeader.Examine(in header, _signature, isPartOfSet: true) is null)
            {
                string found = FormattableString.Invariant($"features 0x{header.Incompat:X} and 0x{header.Compat:X}");
                changes.Add(Change(
                    file,
                    HasLeftOverState(header) ? "shutdown state in use although the feature is off" : found,
                    FormattableString.Invariant($"features 0x{first.Incompat:X} and 0x{first.Compat:X}, those of the first part"),
                    isCertain: true));
                _wanted[file.Replica][file.Index] = WithFeatures(header, first.Incompat, first.Compat);
            }
        }

        return changes;
    }

    private List<PoolFinding> Examine(PartHeaderLayout[][] headers)
    {
        var damaged = new List<PoolFinding>();
        var other = new List<PoolFinding>();
        foreach (PoolSetPartFile file in _files.All.Where(f => f.HasHeader))
        {
            PartHeaderLayout header = headers[file.Replica][file.Index];
            if (PartHeader.Examine(in header, _signature, isPartOfSet: true) is { } wrong)
            {
                damaged.Add(Named(file, wrong));
            }
            else if (PoolSetHeaders.Examine(headers, file.Replica, file.Index, _signature, _files.IsSingleHeader) is { } unfit)
            {
                other.Add(Named(file, unfit));
            }
        }

        return damaged.Count > 0 ? damaged : other;
    }

    private bool IsChanged(PoolSetPartFile file) => file.HasHeader
        && !Blittable.AsBytes(in _wanted[file.Replica][file.Index]).SequenceEqual(
            Blittable.AsBytes(in _stored[file.Replica][file.Index]));

    private PoolFinding Named(PoolSetPartFile file, PoolFinding finding) => finding with
    {
        Structure = $"'{file.Path}', {file.Name}: {finding.Structure}",
        NextStep = finding.NextStep + _files.SyncHint,
    };
}
