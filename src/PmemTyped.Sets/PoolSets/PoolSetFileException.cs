using PmemTyped.Native.Linux;

namespace PmemTyped.Sets.PoolSets;

/// <summary>A set file cannot be used. Nothing was changed. (sets specification, section 17)</summary>
public sealed class PoolSetFileException : PmemException
{
    internal PoolSetFileException(string path, PoolSetIssue issue)
        : base(FormattableString.Invariant($"'{path}', line {issue.Line}, column {issue.Column}: {issue.Message}"))
    {
        Path = path;
        Issue = issue;
    }

    /// <summary>Gets the set file.</summary>
    public string Path { get; }

    /// <summary>Gets what is wrong, and where.</summary>
    public PoolSetIssue Issue { get; }

    /// <summary>Gets the error number that PMDK gives: EEXIST for a directory that stands twice, otherwise EINVAL.</summary>
    public int ErrorNumber => Issue.Error == PoolSetFileError.DuplicateDirectory ? Errno.Exists : Errno.Invalid;
}
