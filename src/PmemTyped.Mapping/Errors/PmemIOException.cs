using PmemTyped.Native.Linux;

namespace PmemTyped;

/// <summary>The operating system refused a call. Nothing was changed unless the message says so.</summary>
public sealed class PmemIOException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="PmemIOException"/> class.</summary>
    /// <param name="operation">What was attempted, as a verb: "open", "map".</param>
    /// <param name="path">On what.</param>
    /// <param name="errorNumber">The errno.</param>
    /// <param name="nextStep">What the reader can do, one sentence.</param>
    public PmemIOException(string operation, string path, int errorNumber, string nextStep)
        : base($"Cannot {operation} '{path}': {Explain(errorNumber)} ({Errno.Name(errorNumber)}). {nextStep}")
    {
        Operation = operation;
        Path = path;
        ErrorNumber = errorNumber;
    }

    /// <summary>Gets what was attempted.</summary>
    public string Operation { get; }

    /// <summary>Gets the path it was attempted on.</summary>
    public string Path { get; }

    /// <summary>Gets the errno of the failed call.</summary>
    public int ErrorNumber { get; }

    private static string Explain(int errorNumber) => errorNumber switch
    {
        Errno.NoEntry => "it does not exist",
        Errno.NotADirectory => "a component of the path is not a directory",
        Errno.IsADirectory => "it is a directory",
        Errno.Access or Errno.OperationNotPermitted => "permission denied",
        Errno.Exists => "it exists already",
        Errno.NoSpace => "no space is left on the file system",
        Errno.QuotaExceeded => "the disk quota is exhausted",
        Errno.FileTooBig => "the size is more than the file system can hold",
        Errno.ReadOnlyFileSystem => "the file system is read-only",
        Errno.NoMemory => "no memory or address space is left",
        Errno.InputOutput => "the device reported an error",
        Errno.NotSupported => "the file system does not support it",
        Errno.NameTooLong => "the name is too long",
        Errno.TooManyLinks => "too many symbolic links lead on from it",
        Errno.NoData => "it ended before the bytes asked for",
        _ => "the system call failed",
    };
}
