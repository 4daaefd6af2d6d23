namespace PmemTyped.Interop.Tests.Reference;

/// <summary>A call of the reference library failed.</summary>
internal sealed class ReferenceException : Exception
{
    internal ReferenceException(string call, int errorNumber, string? message)
        : base(FormattableString.Invariant($"{call} failed with errno {errorNumber}: {message}")) =>
        ErrorNumber = errorNumber;

    internal int ErrorNumber { get; }
}
