namespace PmemTyped.Mapping;

/// <summary>Names of file systems by the magic number that statfs reports.</summary>
internal static class FileSystemMagic
{
    internal const long Tmpfs = 0x0102_1994;
    private const long Ramfs = 0x8584_58F6;
    private const long Hugetlbfs = 0x9584_58F6;

    internal static string NameOf(long magic) => magic switch
    {
        Tmpfs => "tmpfs",
        Ramfs => "ramfs",
        Hugetlbfs => "hugetlbfs",
        0xEF53 => "ext2/3/4",
        0x5846_5342 => "xfs",
        0x9123_683E => "btrfs",
        0x794C_7630 => "overlayfs",
        0x2FC1_2FC1 => "zfs",
        0xF2F5_2010 => "f2fs",
        0x6969 => "nfs",
        0xFF53_4D42 => "cifs",
        0x6573_5546 => "fuse",
        0x0102_1997 => "9p",
        _ => FormattableString.Invariant($"file system 0x{magic:X}"),
    };

    internal static bool LivesInMemory(string name) => name is "tmpfs" or "ramfs" or "hugetlbfs";
}
