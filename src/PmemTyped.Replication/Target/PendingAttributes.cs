using System.Buffers.Binary;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Generations;
using PmemTyped.Sets;

namespace PmemTyped.Replication.Target;

/// <summary>
/// Attributes that are about to be written into all headers of a pool, in a file beside its set file. It is durable before the
/// first header changes and goes after the last one did, so that an open after a crash can redo it.
/// </summary>
internal static class PendingAttributes
{
    private const int FileBytes = RemotePoolAttributes.SizeBytes + sizeof(uint);

    /// <summary>Persisted on return, directory entry included.</summary>
    internal static void Write(FilePath setFile, in RemotePoolAttributes attributes)
    {
        byte[] bytes = new byte[FileBytes];
        Blittable.AsBytes(in attributes).CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.AsSpan(RemotePoolAttributes.SizeBytes), Crc32C.Compute(bytes.AsSpan(0, RemotePoolAttributes.SizeBytes)));
        FilePath path = setFile.WithSuffix(TargetPaths.PendingSuffix);
        FilePath draft = path.WithSuffix(".new");
        FileEntry.Remove(draft);
        using (PmemSource file = PmemSource.Create(draft, FileBytes))
        {
            file.WriteAt(0, bytes);
            file.SyncMetadata();
        }

        FileEntry.Replace(draft, path);
        using PmemSource written = PmemSource.Open(path);
        written.SyncMetadata();
    }

    /// <summary>What is still to be written; null for nothing. A file that is not whole was never durable.</summary>
    internal static RemotePoolAttributes? Read(FilePath setFile)
    {
        FilePath path = setFile.WithSuffix(TargetPaths.PendingSuffix);
        if (!FileEntry.Exists(path))
        {
            return null;
        }

        using PmemSource file = PmemSource.Open(path, writable: false);
        if (file.GetLengthBytes() != FileBytes)
        {
            return null;
        }

        byte[] bytes = new byte[FileBytes];
        file.ReadAt(0, bytes);
        uint sum = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(RemotePoolAttributes.SizeBytes));
        return sum == Crc32C.Compute(bytes.AsSpan(0, RemotePoolAttributes.SizeBytes))
            ? Blittable.Read<RemotePoolAttributes>(bytes)
            : null;
    }

    internal static void Clear(FilePath setFile) => FileEntry.Remove(setFile.WithSuffix(TargetPaths.PendingSuffix));
}
