using System.CommandLine.Parsing;
using PmemTyped.Blocks;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Tool;

/// <summary>What kind of pool "pmt create" is to make, all questions answered.</summary>
/// <param name="Path">The file.</param>
/// <param name="BlockSize">Bytes per block.</param>
/// <param name="PoolBytes">Bytes of a new file; null for the file that is there.</param>
/// <param name="Mode">Permission bits of a new file.</param>
/// <param name="IsSet">Whether the file is a pool set file, which says the sizes.</param>
internal sealed record PoolOrder(string Path, long BlockSize, long? PoolBytes, UnixFileMode Mode, bool IsSet)
{
    // Of what a file system offers, so much stays free for its own tables.
    private const int FreeShare = 256;

    /// <summary>Reads the words, and another pool where its properties are to be taken over.</summary>
    /// <param name="words">Block size and file, or the file alone.</param>
    /// <param name="size">Size that was asked for, or null.</param>
    /// <param name="isLargest">Whether the file system is to be filled.</param>
    /// <param name="mode">Mode that was asked for, or null.</param>
    /// <param name="model">The other pool, or null.</param>
    /// <param name="isReplacing">Whether a file that is there is removed first.</param>
    internal static PoolOrder From(
        IReadOnlyList<string> words, long? size, bool isLargest, UnixFileMode? mode, string? model, bool isReplacing)
    {
        string path = words[^1];
        BlockPoolDescription? other = model is null ? null : BlockPool.Describe(model);
        long blockSize = other?.BlockSize ?? 0;
        if (words.Count > 1)
        {
            _ = ByteSize.TryParse(words[0], out blockSize);
        }

        bool isSet = PoolSetFile.IsSetFile(path);
        if (isSet && (isLargest || size is not null))
        {
            throw new NotSupportedException($"'{path}' is a pool set file, which says the sizes of its parts. Leave out the size.");
        }

        long? poolBytes = isLargest ? FreeBytes(path) : size ?? other?.PoolBytes;
        bool isInFile = poolBytes is null && !isReplacing && File.Exists(path) && new FileInfo(path).Length >= BlockPool.MinPoolBytes;
        return new PoolOrder(
            path,
            blockSize,
            isInFile || isSet ? null : poolBytes ?? BlockPool.MinPoolBytes,
            mode ?? (model is null || OperatingSystem.IsWindows() ? FileModeOption.Default : File.GetUnixFileMode(model)),
            isSet);
    }

    /// <summary>What is wrong with the words, or null.</summary>
    internal static string? Refusal(IReadOnlyList<Token> words, bool hasModel)
    {
        if (words.Count == 0 || (words.Count == 1 && !hasModel))
        {
            return words.Count == 0 ? "'bsize' and 'file' are missing." : "'file' is missing.";
        }

        return words.Count == 2 && !ByteSize.TryParse(words[0].Value, out _)
            ? $"'{words[0].Value}' is not a size. Give a number of bytes, or one with K, M, G or T (powers of 1024)."
            : null;
    }

    private static long FreeBytes(string path)
    {
        string directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? "/";
        long free = new DriveInfo(directory).AvailableFreeSpace;
        return free - (free / FreeShare);
    }
}
