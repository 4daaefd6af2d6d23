using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Resync;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication.Target;

/// <summary>The pools of a target by name. What is wrong becomes a <see cref="FrameException"/> with its error number.</summary>
internal sealed class TargetStore(ReplicaServerOptions options)
{
    private readonly TargetPaths _paths = new(options.PoolSetDirectory, options.PartDirectories);

    internal TargetPool Create(string name, long poolBytes, RemotePoolAttributes attributes) =>
        Guarded(name, set => TargetPool.Create(set, poolBytes, attributes, options.Listener));

    /// <summary>The bytes that the parts of a pool have, or would have.</summary>
    internal long BytesOf(string name) => Guarded(name, BytesOf);

    /// <summary>How many pools there are whose names begin so, and how many bytes their parts have together.</summary>
    internal (int Pools, long Bytes) Existing(string prefix, string except)
    {
        int pools = 0;
        long bytes = 0;
        string excepted = _paths.SetFileOf(except).Text;
        foreach (FilePath path in _paths.SetFiles(prefix).Where(p => p.Text != excepted))
        {
            try
            {
                TargetSet set = Resolve(PoolSetFile.Load(path), path);
                if (set.Parts.Any(FileEntry.Exists))
                {
                    pools++;
                    bytes += BytesOf(set);
                }
            }
            catch (Exception e) when (e is PmemException or ArgumentException)
            {
                // It is no pool of this target, or it went meanwhile.
            }
        }

        return (pools, bytes);
    }

    internal TargetPool Open(string name, long poolBytes) => Guarded(name, set => TargetPool.Open(set, poolBytes, options.Listener));

    /// <summary>What a pool is like, read without a lock.</summary>
    internal RemotePoolStat Stat(string name) => Guarded(name, set =>
    {
        IReadOnlyList<PoolSetFilePart> lines = set.Lines;
        bool hasHeaders = !set.Set.Options.HasFlag(PoolSetOptions.NoHeaders);
        bool isSingle = set.Set.Options.HasFlag(PoolSetOptions.SingleHeader);
        long bytes = 0;
        RemotePoolAttributes attributes = default;
        for (int i = 0; i < lines.Count; i++)
        {
            using PmemSource source = PmemSource.Open(set.Parts[i], writable: false);
            long usable = (lines[i].IsAuto ? source.GetLengthBytes() : lines[i].LengthBytes)
                / TargetPart.HeaderBytes * TargetPart.HeaderBytes;
            bytes += usable - (i > 0 && hasHeaders && !isSingle ? TargetPart.HeaderBytes : 0);
            if (i == 0 && hasHeaders)
            {
                byte[] header = new byte[TargetPart.HeaderBytes];
                source.ReadAt(0, header);
                attributes = TargetHeaders.AttributesOf(Native.Blittable.Read<Sets.Layout.PartHeaderLayout>(header));
            }
        }

        return new RemotePoolStat(bytes, hasHeaders, isSingle, IsOpen: false, attributes);
    });

    /// <summary>Removes the parts, and the set file if asked for. Parts in use are never removed.</summary>
    internal void Remove(string name, bool isForced, bool withSetFile)
    {
        if (name.StartsWith('/'))
        {
            throw new FrameException(Errno.BadDescriptor, "The name of a pool is relative.");
        }

        FilePath path = _paths.SetFileOf(name);
        if (isForced && !FileEntry.Exists(path))
        {
            return;
        }

        _ = Guarded(name, set =>
        {
            List<PmemSource> parts = [];
            bool isMissing = false;
            try
            {
                foreach (FilePath part in set.Parts)
                {
                    if (!FileEntry.Exists(part))
                    {
                        isMissing = true;
                        continue;
                    }

                    parts.Add(PmemSource.Open(part));
                    parts[^1].LockExclusive("remove");
                }

                parts.ForEach(p => p.Unlink());
                PendingAttributes.Clear(path);
                MetadataFile.Remove(set.Place);
                MissedRegionFile.RemoveAll(set.Place);
            }
            finally
            {
                parts.ForEach(p => p.Dispose());
            }

            if (isMissing && !isForced)
            {
                throw new FrameException(Errno.NoEntry, "A part was missing; the others were removed.");
            }

            if (withSetFile)
            {
                FileEntry.Remove(path);
            }

            return true;
        });
    }

    /// <summary>The metadata of a pool; all zero where there are none.</summary>
    internal ReplicaMetadata ReadMetadata(string name) => Guarded(name, set =>
    {
        if (!MetadataFile.Exists(set.Place))
        {
            return default;
        }

        using MetadataFile file = MetadataFile.OpenAt(set.Place);
        return file.Current;
    });

    /// <summary>Does something with the metadata of a pool, whose set file has to be there.</summary>
    internal ReplicaMetadata WithMetadata(string name, Func<MetadataFile, ReplicaMetadata> act) => Guarded(name, set =>
    {
        using MetadataFile file = MetadataFile.OpenAt(set.Place);
        return act(file);
    });

    private static long BytesOf(TargetSet set) => set.Lines.Zip(set.Parts).Sum(
        p => p.First.IsAuto && p.Second.GetStatus(out FileStatus status) == Errno.None ? status.SizeBytes : p.First.LengthBytes);

    private T Guarded<T>(string name, Func<TargetSet, T> act)
    {
        FilePath path = _paths.SetFileOf(name);
        try
        {
            PoolSetFile set = PoolSetFile.Load(path);
            return act(Require(set, path));
        }
        catch (FrameException)
        {
            throw;
        }
        catch (PoolSetFileException e)
        {
            throw new FrameException(Errno.Invalid, $"The set file of '{name}' is wrong, line {e.Issue.Line}: {e.Issue.Message}", e);
        }
        catch (PmemInUseException e)
        {
            throw new FrameException(RemoteErrno.Busy, $"The pool '{name}' is in use.", e);
        }
        catch (PmemIOException e)
        {
            throw new FrameException(ErrorOf(e.ErrorNumber), $"The pool '{name}': {e.Message}", e);
        }
        catch (Exception e) when (e is PmemException or ArgumentException or NotSupportedException)
        {
            throw new FrameException(Errno.Invalid, $"The pool '{name}': {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrameException(
                e is UnauthorizedAccessException ? Errno.Access : RemoteErrno.RemoteInputOutput, $"The pool '{name}': {e.Message}", e);
        }
    }

    // How a failure of the target becomes the number that the initiator sees (replication specification, 2.1).
    private static int ErrorOf(int error) => error switch
    {
        Errno.NoEntry or Errno.Exists or Errno.Access or Errno.Invalid or Errno.NoSpace or Errno.QuotaExceeded => error,
        Errno.OperationNotPermitted or Errno.ReadOnlyFileSystem or Errno.TooManyLinks => Errno.Access,
        Errno.IsADirectory or Errno.NotADirectory or Errno.BadDescriptor or Errno.NameTooLong => Errno.Invalid,
        _ => RemoteErrno.RemoteInputOutput,
    };

    private TargetSet Require(PoolSetFile set, FilePath path)
    {
        if (set.Replicas.Count != 1)
        {
            throw new FrameException(Errno.Invalid, "The set file of a remote pool has no REPLICA lines.");
        }

        TargetSet resolved = Resolve(set, path);
        foreach ((PoolSetFilePart part, FilePath place) in resolved.Lines.Zip(resolved.Parts))
        {
            if (!part.IsAuto && part.LengthBytes < PoolSetCreation.MinPartBytes)
            {
                throw new FrameException(Errno.Invalid, FormattableString.Invariant(
                    $"The part '{part.Path}' has {part.LengthBytes} bytes; a part has at least {PoolSetCreation.MinPartBytes}."));
            }

            if (FileEntry.IsDirectory(place))
            {
                throw new FrameException(Errno.Invalid, $"The part '{part.Path}' is a directory, which a remote pool cannot use.");
            }
        }

        return resolved;
    }

    private TargetSet Resolve(PoolSetFile set, FilePath path) =>
        new(set, path, [.. set.Replicas[0].Parts.Select(p => _paths.PartOf(p.Path))]);
}
