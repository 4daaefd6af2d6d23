using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// New parts of an open set: made and mapped behind the others, but in no line yet. <see cref="Commit"/> adds them; until then
/// <see cref="Dispose"/> removes them. Threads: one at a time, as the set. (sets specification, section 17.5)
/// </summary>
public sealed class PoolSetGrowth : IDisposable
{
    private const string DraftSuffix = ".new";

    private readonly PoolSetMap _set;
    private readonly bool _isInDirectories;
    private readonly List<PoolSetPartFile> _files = [];
    private readonly List<PmemMap> _maps = [];
    private PoolSetJoinedMaps? _joined;
    private bool _isCommitted;

    private PoolSetGrowth(PoolSetMap set)
    {
        _set = set;
        _isInDirectories = set.IsInDirectories;
        Identity = set.Identity;
    }

    /// <summary>Gets the pool with what is added, at the same place in memory.</summary>
    public PmemMap Map => _joined!.Map;

    /// <summary>Gets the identity of the devices of the first replica then, or null when it cannot be known.</summary>
    public ShutdownIdentity? Identity { get; private set; }

    /// <summary>
    /// Adds the parts: files in directories get their names; others their lines in the set file, of which comments are lost,
    /// and links. Persisted on return, directory entries included. A crash before the return leaves the set as it was or with
    /// the parts, and links that the next open completes.
    /// </summary>
    /// <exception cref="PmemIOException">A file cannot be written; the set is as it was, unless the message names a header.</exception>
    /// <exception cref="InvalidOperationException">They were added already.</exception>
    public void Commit()
    {
        if (_isCommitted)
        {
            throw new InvalidOperationException("These parts were added already.");
        }

        PoolSetFilePart[] lines = [.. _files.Select(f => new PoolSetFilePart(FinalPath(f), f.FileBytes))];
        PoolSetFile file = _set.File;
        if (_isInDirectories)
        {
            NameInDirectories(lines);
        }
        else
        {
            file = PoolSetFile.Of(
                [.. file.Replicas.Select((r, i) => r with { Parts = [.. r.Parts, lines[i]] })], file.Options, file.Path);
            file.Save(file.Path);
        }

        _isCommitted = true;
        Link();
        _set.Adopt(file, lines, _maps, _joined!, Identity);
        foreach (PoolSetPartFile part in _files)
        {
            part.Dispose();
        }
    }

    /// <summary>Removes the new files, unless they were added.</summary>
    public void Dispose()
    {
        if (_isCommitted)
        {
            return;
        }

        _joined?.Dispose();
        foreach (PmemMap map in _maps)
        {
            map.Dispose();
        }

        foreach (PoolSetPartFile file in _files)
        {
            file.Undo();
        }
    }

    /// <summary>Makes and maps one part for each replica.</summary>
    internal static PoolSetGrowth Prepare(PoolSetMap set, long partBytes, IReadOnlyList<string> paths)
    {
        var growth = new PoolSetGrowth(set);
        try
        {
            for (int r = 0; r < set.Replicas.Count; r++)
            {
                growth.AddPart(r, partBytes, growth._isInDirectories ? growth.DraftPath(r) : paths[r]);
            }

            growth._joined = PoolSetJoinedMaps.Of(
                [.. set.Replicas.Select((r, i) => (IReadOnlyList<PmemMap>)[.. r.Parts, growth._maps[i]])],
                set.Replicas.Select((r, i) => r.ContentBytes + growth._maps[i].LengthBytes).Min());
            return growth;
        }
        catch
        {
            growth.Dispose();
            throw;
        }
    }

    private void AddPart(int replica, long partBytes, string path)
    {
        PoolSetReplicaMap map = _set.Replicas[replica];
        bool hasHeader = !_set.File.Options.HasFlag(PoolSetOptions.SingleHeader);
        var part = PoolSetPartFile.Create(
            new PoolSetFilePart(path, partBytes), replica, map.Lines.Count, hasHeader, isSparse: false, platform: null);
        _files.Add(part);
        if (hasHeader)
        {
            using PmemSource first = PmemSource.Open(map.Lines[0].Path, writable: false);
            using PmemSource last = PmemSource.Open(map.Lines[^1].Path, writable: false);
            part.WriteHeader(PoolSetLinks.Appended(PoolSetPartFile.ReadHeader(first), PoolSetPartFile.ReadHeader(last)));
        }

        part.Source.SetMode(PoolSetPartFile.ModeOf(map.Lines[0].Path));
        part.Source.SyncMetadata();
        _maps.Add(map.MapBehind(part));
        if (replica == 0)
        {
            Identity = Identity is { } now && ShutdownIdentity.Detect(part.Source) is { } added
                ? new ShutdownIdentity(now.UnsafeShutdownCount + added.UnsafeShutdownCount, now.DeviceUuid + added.DeviceUuid)
                : null;
        }
    }

    // The name of a part in a directory makes it one, so it gets that last. A draft that a crash left is in no set.
    private string DraftPath(int replica)
    {
        string path = DirectoryPath(replica) + DraftSuffix;
        File.Delete(path);
        return path;
    }

    private string DirectoryPath(int replica) => PoolSetFiles.NameIn(
        [.. _set.File.Replicas[replica].Parts.Select(p => p.Path)], _set.Replicas[replica].Lines.Count);

    private string FinalPath(PoolSetPartFile part) => _isInDirectories ? DirectoryPath(part.Replica) : part.Path;

    private void NameInDirectories(PoolSetFilePart[] lines)
    {
        for (int r = 0; r < lines.Length; r++)
        {
            PoolSetFile.Rename(_files[r].Path, lines[r].Path);
            using PmemSource named = PmemSource.Open(lines[r].Path);
            named.SyncMetadata();
        }
    }

    // The neighbours of the new part in the ring: the first one, and the one that was last.
    private void Link()
    {
        foreach (PoolSetPartFile added in _files.Where(f => f.HasHeader))
        {
            IReadOnlyList<PoolSetFilePart> lines = _set.Replicas[added.Replica].Lines;
            PartHeaderLayout[] headers = new PartHeaderLayout[lines.Count + 1];
            headers[^1] = added.ReadHeader();
            foreach (int part in (int[])[0, lines.Count - 1])
            {
                using PmemSource source = PmemSource.Open(lines[part].Path);
                headers[part] = PoolSetPartFile.ReadHeader(source);
            }

            foreach (int part in ((int[])[0, lines.Count - 1]).Distinct())
            {
                if (PoolSetLinks.Settle(headers, part, headers[^1].Signature))
                {
                    using PmemSource source = PmemSource.Open(lines[part].Path);
                    PoolSetPartFile.WriteHeader(source, in headers[part]);
                }
            }
        }
    }
}
