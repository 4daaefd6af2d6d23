namespace PmemTyped.Native.Linux;

/// <summary>
/// The error numbers that the layers above tell apart. The values are those of x86-64 and Arm64
/// Linux; any other number is passed on unchanged.
/// </summary>
public static class Errno
{
    /// <summary>No error.</summary>
    public const int None = 0;

    /// <summary>EPERM.</summary>
    public const int OperationNotPermitted = 1;

    /// <summary>ENOENT.</summary>
    public const int NoEntry = 2;

    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    /// <summary>EIO.</summary>
    public const int InputOutput = 5;

    /// <summary>EBADF.</summary>
    public const int BadDescriptor = 9;

    /// <summary>EAGAIN, which is also EWOULDBLOCK.</summary>
    public const int Again = 11;

    /// <summary>ENOMEM.</summary>
    public const int NoMemory = 12;

    /// <summary>EACCES.</summary>
    public const int Access = 13;

    /// <summary>EFAULT.</summary>
    public const int BadAddress = 14;

    /// <summary>EEXIST.</summary>
    public const int Exists = 17;

    /// <summary>ENOTDIR.</summary>
    public const int NotADirectory = 20;

    /// <summary>EISDIR.</summary>
    public const int IsADirectory = 21;

    /// <summary>EINVAL.</summary>
    public const int Invalid = 22;

    /// <summary>ENOTTY: the file does not know the request.</summary>
    public const int NoTerminal = 25;

    /// <summary>EFBIG.</summary>
    public const int FileTooBig = 27;

    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EROFS.</summary>
    public const int ReadOnlyFileSystem = 30;

    /// <summary>ENAMETOOLONG.</summary>
    public const int NameTooLong = 36;

    /// <summary>ENOSYS.</summary>
    public const int NotImplemented = 38;

    /// <summary>ELOOP.</summary>
    public const int TooManyLinks = 40;

    /// <summary>ENODATA.</summary>
    public const int NoData = 61;

    /// <summary>EOPNOTSUPP, which is also ENOTSUP on Linux.</summary>
    public const int NotSupported = 95;

    /// <summary>EDQUOT.</summary>
    public const int QuotaExceeded = 122;

    /// <summary>Returns the symbolic name of <paramref name="number"/>, or "errno n" for one not listed here.</summary>
    /// <param name="number">An error number as the kernel reports it.</param>
    public static string Name(int number) => number switch
    {
        OperationNotPermitted => "EPERM",
        NoEntry => "ENOENT",
        Interrupted => "EINTR",
        InputOutput => "EIO",
        BadDescriptor => "EBADF",
        Again => "EAGAIN",
        NoMemory => "ENOMEM",
        Access => "EACCES",
        BadAddress => "EFAULT",
        Exists => "EEXIST",
        NotADirectory => "ENOTDIR",
        IsADirectory => "EISDIR",
        Invalid => "EINVAL",
        NoTerminal => "ENOTTY",
        FileTooBig => "EFBIG",
        NoSpace => "ENOSPC",
        ReadOnlyFileSystem => "EROFS",
        NameTooLong => "ENAMETOOLONG",
        NotImplemented => "ENOSYS",
        TooManyLinks => "ELOOP",
        NoData => "ENODATA",
        NotSupported => "EOPNOTSUPP",
        QuotaExceeded => "EDQUOT",
        _ => FormattableString.Invariant($"errno {number}"),
    };
}
