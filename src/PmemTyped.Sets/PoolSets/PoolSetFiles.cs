using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>All parts of all local replicas of a set as open, locked files, and what they say about each other.</summary>
internal sealed class PoolSetFiles : IDisposable
{
    private const int DirectoryNameDigits = 6;
    private const string DirectorySuffix = ".pmem";

    private PoolSetFiles(PoolSetFile set, IReadOnlyList<IReadOnlyList<PoolSetPartFile>> replicas)
    {
        Set = set;
        Replicas = replicas;
    }

    internal PoolSetFile Set { get; }

    internal IReadOnlyList<IReadOnlyList<PoolSetPartFile>> Replicas { get; }

    internal IEnumerable<PoolSetPartFile> All => Replicas.SelectMany(r => r);

    internal bool IsSingleHeader => Set.Options.HasFlag(PoolSetOptions.SingleHeader);

    /// <summary>Gets the size of the pool: that of the smallest replica.</summary>
    internal long PoolBytes => Replicas.Min(r => r.Sum(p => p.ContentBytes));

    /// <summary>Gets what to add to the next step when a part of a set with mirrors is refused.</summary>
    internal string SyncHint =>
        Replicas.Count > 1 ? " If another replica is sound, 'pmt sync' rebuilds this one." : string.Empty;

    internal static PoolSetFiles Open(PoolSetFile set, bool isWritable, PmemPlatform? platform, bool allowsRemote = false)
    {
        IReadOnlyList<IReadOnlyList<PoolSetFilePart>> lines = LocalParts(set, newBytes: null, allowsRemote);
        PoolSetConversion.RefuseUnfinished(lines);
        bool isSingle = set.Options.HasFlag(PoolSetOptions.SingleHeader);
        return Gather(set, lines, (part, r, p) =>
            PoolSetPartFile.Open(part, r, p, p == 0 || !isSingle, isWritable, platform));
    }

    /// <summary>Makes the files of a new pool.</summary>
    /// <param name="set">The set.</param>
    /// <param name="directoryBytes">Size of the one file of a replica that is a directory.</param>
    /// <param name="isSparse">Whether blocks are left unallocated.</param>
    /// <param name="platform">Null for that of this process.</param>
    internal static PoolSetFiles Create(PoolSetFile set, long directoryBytes, bool isSparse, PmemPlatform? platform)
    {
        bool isSingle = set.Options.HasFlag(PoolSetOptions.SingleHeader);
        IReadOnlyList<IReadOnlyList<PoolSetFilePart>> lines = LocalParts(set, directoryBytes, allowsRemote: true);
        return Gather(set, lines, (part, r, p) =>
            PoolSetPartFile.Create(part, r, p, p == 0 || !isSingle, isSparse, platform));
    }

    /// <summary>Reads the headers of all parts that have one.</summary>
    internal PartHeaderLayout[][] ReadHeaders() =>
        [.. Replicas.Select(r => r.Where(p => p.HasHeader).Select(p => p.ReadHeader()).ToArray())];

    /// <summary>
    /// The headers as they are when an interrupted growth of the set is finished; where they differ they are written, if
    /// wished. The mark of a growing layout is left out, because the pool itself finishes that.
    /// </summary>
    /// <param name="signature">The signature of the pool type.</param>
    /// <param name="writes">Whether they are written.</param>
    /// <param name="first">The very first one as it is to be stored, with the mark.</param>
    internal PartHeaderLayout[][] SettleHeaders(ulong signature, bool writes, out PartHeaderLayout first)
    {
        PartHeaderLayout[][] headers = ReadHeaders();
        first = headers[0][0];
        headers[0][0] = PoolMark.Without(in first, PoolFeatures.Growing, out bool isMarked);
        foreach (PoolSetPartFile file in All.Where(p => p.HasHeader && PoolSetLinks.Settle(headers[p.Replica], p.Index, signature)))
        {
            PartHeaderLayout header = headers[file.Replica][file.Index];
            if (file.Replica + file.Index == 0)
            {
                header = isMarked ? PoolMark.With(in header, PoolFeatures.Growing) : header;
                first = header;
            }

            if (writes)
            {
                file.WriteHeader(in header);
            }
        }

        return headers;
    }

    /// <summary>Refuses a set with a header that does not fit, naming its part.</summary>
    internal void RequireHeaders(ulong signature) => RequireHeaders(signature, ReadHeaders());

    internal void RequireHeaders(ulong signature, PartHeaderLayout[][] headers)
    {
        foreach (PoolSetPartFile file in All.Where(p => p.HasHeader))
        {
            PoolFinding? finding = PoolSetHeaders.Examine(headers, file.Replica, file.Index, signature, IsSingleHeader);
            if (finding is not null)
            {
                (finding with { Structure = $"{file.Name}: {finding.Structure}", NextStep = finding.NextStep + SyncHint }).Throw(file.Path);
            }
        }
    }

    /// <summary>The identity of all devices of a replica: sums, as PMDK makes them; null when one is unknown.</summary>
    internal ShutdownIdentity? Identity(int replica)
    {
        ulong count = 0;
        ulong device = 0;
        foreach (PoolSetPartFile part in Replicas[replica])
        {
            if (ShutdownIdentity.Detect(part.Source) is not { } identity)
            {
                return null;
            }

            count += identity.UnsafeShutdownCount;
            device += identity.DeviceUuid;
        }

        return new ShutdownIdentity(count, device);
    }

    /// <summary>Gives new files their final mode and makes all of them durable, directory entries included.</summary>
    internal void Finish(UnixFileMode mode)
    {
        foreach (PoolSetPartFile part in All)
        {
            if (part.IsNew)
            {
                part.Source.SetMode(mode);
            }

            part.Source.SyncMetadata();
        }
    }

    internal void Undo()
    {
        foreach (PoolSetPartFile part in All)
        {
            part.Undo();
        }
    }

    public void Dispose()
    {
        foreach (PoolSetPartFile part in All)
        {
            part.Dispose();
        }
    }

    private static PoolSetFiles Gather(
        PoolSetFile set,
        IReadOnlyList<IReadOnlyList<PoolSetFilePart>> lines,
        Func<PoolSetFilePart, int, int, PoolSetPartFile> open)
    {
        List<List<PoolSetPartFile>> replicas = [];
        try
        {
            foreach (IReadOnlyList<PoolSetFilePart> parts in lines)
            {
                replicas.Add([]);
                foreach (PoolSetFilePart part in parts)
                {
                    replicas[^1].Add(open(part, replicas.Count - 1, replicas[^1].Count));
                }
            }

            return new PoolSetFiles(set, replicas);
        }
        catch
        {
            replicas.SelectMany(r => r).ToList().ForEach(p => p.Undo());
            throw;
        }
    }

    // A directory stands for the files in it, numbered through all directories of the replica.
    internal static IReadOnlyList<IReadOnlyList<PoolSetFilePart>> LocalParts(
        PoolSetFile set, long? newBytes, bool allowsRemote = false)
    {
        if ((!allowsRemote && set.Replicas.Any(r => r.IsRemote)) || set.Options.HasFlag(PoolSetOptions.NoHeaders))
        {
            throw new PmemFormatException(
                set.Path, "set file", 0, "local replicas whose parts have headers", "REPLICA of another node, or NOHDRS",
                "What changes files of a set works without remote replicas; do it with a set file without that line.");
        }

        return [.. set.LocalReplicas.Select(r => Directory.Exists(r.Parts[0].Path) ? InDirectories(set, r, newBytes) : r.Parts)];
    }

    private static List<PoolSetFilePart> InDirectories(PoolSetFile set, PoolSetReplica replica, long? newBytes)
    {
        if (!set.Options.HasFlag(PoolSetOptions.SingleHeader))
        {
            throw new PmemFormatException(
                set.Path, "set file", 0, "OPTION SINGLEHDR, because its parts are directories", "none", "Add the option.");
        }

        string[] directories = [.. replica.Parts.Select(p => p.Path)];
        List<PoolSetFilePart> parts = [];
        while (File.Exists(NameIn(directories, parts.Count)))
        {
            string path = NameIn(directories, parts.Count);
            parts.Add(new PoolSetFilePart(path, new FileInfo(path).Length));
        }

        if (newBytes is { } bytes)
        {
            return parts.Count == 0
                ? [new PoolSetFilePart(NameIn(directories, 0), bytes)]
                : throw new PmemFormatException(
                    set.Path, $"directory '{directories[0]}'", 0, "no part files", $"'{parts[0].Path}'", "A pool is there already; open it, or remove its files.");
        }

        return parts.Count > 0
            ? parts
            : throw new PmemFormatException(
                set.Path, $"directory '{directories[0]}'", 0, "part files like 000000.pmem", "none", "Create the pool first, or check the path.");
    }

    internal static string NameIn(string[] directories, int index) => Path.Combine(
        directories[index % directories.Length],
        index.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(DirectoryNameDigits, '0') + DirectorySuffix);
}
