namespace PmemTyped.Native;

/// <summary>How a file was opened.</summary>
/// <param name="CanRead">Whether it can be read; a map needs that.</param>
/// <param name="CanWrite">Whether it can be written.</param>
/// <param name="Appends">Whether every write goes to the end, whatever position it names.</param>
public readonly record struct FileAccessMode(bool CanRead, bool CanWrite, bool Appends);
