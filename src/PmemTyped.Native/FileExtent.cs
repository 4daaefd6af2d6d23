namespace PmemTyped.Native;

/// <summary>One piece of a file that lies in one piece on the device. All numbers are bytes.</summary>
/// <param name="LogicalOffset">Where the piece begins in the file.</param>
/// <param name="PhysicalOffset">Where it begins on the device that the file system is on.</param>
/// <param name="LengthBytes">Its length.</param>
/// <param name="IsPlaced">Whether the physical offset means anything: the file system has chosen the place.</param>
/// <param name="IsLast">Whether no piece follows.</param>
public readonly record struct FileExtent(
    long LogicalOffset, long PhysicalOffset, long LengthBytes, bool IsPlaced, bool IsLast);
