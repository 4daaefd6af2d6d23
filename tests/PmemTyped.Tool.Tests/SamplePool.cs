using System.Security.Cryptography;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>A small pool with one block of every state, closed.</summary>
internal static class SamplePool
{
    internal const int BlockSize = 512;
    internal const long BlockCount = 32202;
    internal const int WrittenBlock = 3;
    internal const int ZeroBlock = 4;
    internal const int BadBlock = 5;
    internal const int UntouchedBlock = 6;

    internal static byte[] Content { get; } = [.. Enumerable.Range(0, BlockSize).Select(i => (byte)i)];

    internal static string Create(TempDirectory directory)
    {
        string path = directory.File("sample.pool");
        using BlockPool pool = BlockPool.Create(path, BlockSize, BlockPool.MinPoolBytes);
        pool.Write(WrittenBlock, Content);
        pool.SetZero(ZeroBlock);
        pool.SetError(BadBlock);
        return path;
    }

    internal static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    internal static void Overwrite(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = File.OpenWrite(path);
        file.Position = offset;
        file.Write(bytes);
    }

    /// <summary>Damages one byte, whatever it is.</summary>
    internal static void Flip(string path, long offset)
    {
        using FileStream file = File.Open(path, FileMode.Open);
        file.Position = offset;
        int before = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)~before);
    }
}
