using System.Buffers.Binary;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Replication.Frames;
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
    internal static void Write(string setFile, in RemotePoolAttributes attributes)
    {
        byte[] bytes = new byte[FileBytes];
        Blittable.AsBytes(in attributes).CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.AsSpan(RemotePoolAttributes.SizeBytes), Crc32C.Compute(bytes.AsSpan(0, RemotePoolAttributes.SizeBytes)));
        string path = setFile + TargetPaths.PendingSuffix;
        string draft = path + ".new";
        using (FileStream file = new(draft, FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
        using PmemSource written = PmemSource.Open(path);
        written.SyncMetadata();
    }

    /// <summary>What is still to be written; null for nothing. A file that is not whole was never durable.</summary>
    internal static RemotePoolAttributes? Read(string setFile)
    {
        string path = setFile + TargetPaths.PendingSuffix;
        if (!File.Exists(path) || new FileInfo(path).Length != FileBytes)
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(path);
        uint sum = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(RemotePoolAttributes.SizeBytes));
        return sum == Crc32C.Compute(bytes.AsSpan(0, RemotePoolAttributes.SizeBytes))
            ? Blittable.Read<RemotePoolAttributes>(bytes)
            : null;
    }

    internal static void Clear(string setFile) => File.Delete(setFile + TargetPaths.PendingSuffix);
}
