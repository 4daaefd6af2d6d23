using System.Text;
using PmemTyped.Native.Linux;

namespace PmemTyped.Sets;

/// <summary>
/// A call on a set failed. The set is as it was before the call, and so is every file, unless the message says otherwise.
/// The inner exception, where there is one, is what the layer below said. (PMEMSET_E_*; sets specification, section 3)
/// </summary>
public sealed class PmemSetException : PmemException
{
    private readonly int _systemError;

    internal PmemSetException(PmemSetError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    internal PmemSetException(int systemError, string message, Exception? inner = null)
        : base(message, inner) => _systemError = systemError;

    /// <summary>Gets the reason.</summary>
    public PmemSetError Error { get; }

    /// <summary>Gets the number that the call returns in C: a code of libpmemset, or the negative error number.</summary>
    public int Code => Error == PmemSetError.SystemError ? -_systemError : (int)Error;

    /// <summary>Gets the name of the code, for example PMEMSET_E_CANNOT_FIT_PART_MAP, or of the error number.</summary>
    public string Name => Error == PmemSetError.SystemError ? Errno.Name(_systemError) : NameOf(Error);

    /// <summary>Gets the error number that the code stands for. (pmemset_err_to_errno)</summary>
    public int ErrorNumber => Error switch
    {
        PmemSetError.SystemError => _systemError,
        PmemSetError.Nosupp => Errno.NotSupported,
        _ => Errno.Invalid,
    };

    /// <summary>The system's refusal, with what the layer below said.</summary>
    internal static PmemSetException System(PmemIOException cause) => new(cause.ErrorNumber, cause.Message, cause);

    private static string NameOf(PmemSetError error)
    {
        var name = new StringBuilder("PMEMSET_E");
        foreach (char letter in error.ToString())
        {
            name.Append(char.IsAsciiLetterUpper(letter) ? "_" : string.Empty).Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }
}
