namespace PmemTyped.Interop.Tests.Reference;

/// <summary>Linux error numbers that the reference returns.</summary>
internal static class ErrorNumbers
{
    internal const int NoEntry = 2;
    internal const int InputOutput = 5;
    internal const int Again = 11;
    internal const int Exists = 17;
    internal const int NotADirectory = 20;
    internal const int Invalid = 22;
    internal const int FileTooBig = 27;
    internal const int NoSpace = 28;
    internal const int ReadOnlyFileSystem = 30;
}
