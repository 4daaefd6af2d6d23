using PmemTyped.Mapping;
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
        string excepted = _paths.SetFileOf(except);
        foreach (string path in _paths.SetFiles(prefix).Where(p => p != excepted))
        {
            try
            {
                PoolSetFile set = PoolSetFile.Load(path);
                if (set.Replicas[0].Parts.Any(p => File.Exists(p.Path)))
                {
                    pools++;
                    bytes += BytesOf(set);
                }
            }
            catch (Exception e) when (e is PmemException or IOException or UnauthorizedAccessException)
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
        IReadOnlyList<PoolSetFilePart> parts = set.Replicas[0].Parts;
        bool hasHeaders = !set.Options.HasFlag(PoolSetOptions.NoHeaders);
        bool isSingle = set.Options.HasFlag(PoolSetOptions.SingleHeader);
        long bytes = 0;
        RemotePoolAttributes attributes = default;
        for (int i = 0; i < parts.Count; i++)
        {
            using PmemSource source = PmemSource.Open(parts[i].Path, writable: false);
            long usable = (parts[i].IsAuto ? source.GetLengthBytes() : parts[i].LengthBytes)
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

        string path = _paths.SetFileOf(name);
        if (isForced && !File.Exists(path))
        {
            return;
        }

        _ = Guarded(name, set =>
        {
            List<PmemSource> parts = [];
            bool isMissing = false;
            try
            {
                foreach (PoolSetFilePart line in set.Replicas[0].Parts)
                {
                    if (!File.Exists(line.Path))
                    {
                        isMissing = true;
                        continue;
                    }

                    parts.Add(PmemSource.Open(line.Path));
                    parts[^1].LockExclusive("remove");
                }

                parts.ForEach(p => p.Unlink());
                PendingAttributes.Clear(path);
                string place = MetadataFile.PlaceOf(set);
                MetadataFile.Remove(place);
                MissedRegionFile.RemoveAll(place);
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
                File.Delete(path);
            }

            return true;
        });
    }

    /// <summary>The metadata of a pool; all zero where there are none.</summary>
    internal ReplicaMetadata ReadMetadata(string name) => Guarded(name, set =>
    {
        string place = MetadataFile.PlaceOf(set);
        if (!MetadataFile.Exists(place))
        {
            return default;
        }

        using MetadataFile file = MetadataFile.OpenAt(place);
        return file.Current;
    });

    /// <summary>Does something with the metadata of a pool, whose set file has to be there.</summary>
    internal ReplicaMetadata WithMetadata(string name, Func<MetadataFile, ReplicaMetadata> act) => Guarded(name, set =>
    {
        using MetadataFile file = MetadataFile.OpenAt(MetadataFile.PlaceOf(set));
        return act(file);
    });

    private static long BytesOf(PoolSetFile set) => set.Replicas[0].Parts.Sum(
        p => p.IsAuto && File.Exists(p.Path) ? new FileInfo(p.Path).Length : p.LengthBytes);

    private T Guarded<T>(string name, Func<PoolSetFile, T> act)
    {
        string path = _paths.SetFileOf(name);
        try
        {
            PoolSetFile set = PoolSetFile.Load(path);
            Require(set);
            return act(set);
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
        Errno.OperationNotPermitted or Errno.ReadOnlyFileSystem => Errno.Access,
        Errno.IsADirectory or Errno.NotADirectory or Errno.BadDescriptor or Errno.NameTooLong => Errno.Invalid,
        _ => RemoteErrno.RemoteInputOutput,
    };

    private void Require(PoolSetFile set)
    {
        if (set.Replicas.Count != 1)
        {
            throw new FrameException(Errno.Invalid, "The set file of a remote pool has no REPLICA lines.");
        }

        foreach (PoolSetFilePart part in set.Replicas[0].Parts)
        {
            _paths.RequirePart(part.Path);
            if (!part.IsAuto && part.LengthBytes < PoolSetCreation.MinPartBytes)
            {
                throw new FrameException(Errno.Invalid, FormattableString.Invariant(
                    $"The part '{part.Path}' has {part.LengthBytes} bytes; a part has at least {PoolSetCreation.MinPartBytes}."));
            }

            if (Directory.Exists(part.Path))
            {
                throw new FrameException(Errno.Invalid, $"The part '{part.Path}' is a directory, which a remote pool cannot use.");
            }
        }
    }
}
