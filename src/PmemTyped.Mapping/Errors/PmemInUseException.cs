namespace PmemTyped;

/// <summary>The file is locked: another process, or this one, has it open. Nothing was changed.</summary>
public sealed class PmemInUseException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="PmemInUseException"/> class.</summary>
    /// <param name="operation">What was attempted, as a verb.</param>
    /// <param name="path">On what.</param>
    public PmemInUseException(string operation, string path)
        : base($"Cannot {operation} '{path}': it is locked, because it is already open in this or another "
            + "process. Close it there first; the lock vanishes when that process ends.")
    {
        Operation = operation;
        Path = path;
    }

    /// <summary>Gets what was attempted.</summary>
    public string Operation { get; }

    /// <summary>Gets the path it was attempted on.</summary>
    public string Path { get; }
}
