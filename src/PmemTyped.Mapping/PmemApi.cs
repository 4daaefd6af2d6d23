namespace PmemTyped.Mapping;

/// <summary>
/// A family of functions and its version, for programs that check it before they start. The numbers are those of the C
/// library that the family stands for, so the same check serves both. Immutable; threads: safe.
/// (mapping specification, section 8.3; pmem_check_version, pmemblk_check_version)
/// </summary>
public sealed class PmemApi
{
    private readonly bool _isOffered;

    private PmemApi(string name, int major, int minor, bool isOffered = true)
    {
        Name = name;
        Major = major;
        Minor = minor;
        _isOffered = isOffered;
    }

    /// <summary>Gets files mapped as persistent memory: 1.1, as libpmem.</summary>
    public static PmemApi Mapping { get; } = new("mapping", 1, 1);

    /// <summary>Gets pools of blocks: 1.1, as libpmemblk.</summary>
    public static PmemApi Blocks { get; } = new("blocks", 1, 1);

    /// <summary>Gets sets of parts: 0.1, as libpmemset, which never became 1.0.</summary>
    public static PmemApi Sets { get; } = new("sets", 0, 1);

    /// <summary>Gets remote replicas, the counterpart of librpmem: not there yet, so every check refuses.</summary>
    public static PmemApi Remote { get; } = new("remote", 0, 0, isOffered: false);

    /// <summary>Gets the name of the family.</summary>
    public string Name { get; }

    /// <summary>Gets the major version; another one is incompatible. 0 while the family is not there yet.</summary>
    public int Major { get; }

    /// <summary>Gets the minor version; it only grows what is offered.</summary>
    public int Minor { get; }

    /// <summary>Compares a required version with the offered one: majors must be equal, the minor must be reached.</summary>
    /// <param name="major">The required major version.</param>
    /// <param name="minor">The least minor version.</param>
    /// <returns>Null when it is offered, otherwise a text that names both versions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public string? Check(int major, int minor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(major);
        ArgumentOutOfRangeException.ThrowIfNegative(minor);
        if (!_isOffered)
        {
            return FormattableString.Invariant(
                $"'{Name}' {major}.{minor} is required, but PmemTyped does not offer '{Name}' yet, in any version.");
        }

        if (major != Major)
        {
            return FormattableString.Invariant(
                $"'{Name}' major mismatch: {major}.{minor} is required, {Major}.{Minor} is offered; majors must be equal.");
        }

        return minor <= Minor
            ? null
            : FormattableString.Invariant(
                $"'{Name}' minor mismatch: {major}.{minor} is required, {Major}.{Minor} is offered; use a newer PmemTyped.");
    }

    /// <summary>Throws unless the version is offered; see <see cref="Check"/>.</summary>
    /// <param name="major">The required major version.</param>
    /// <param name="minor">The least minor version.</param>
    /// <exception cref="PmemVersionException">It is not.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public void Require(int major, int minor)
    {
        if (Check(major, minor) is { } mismatch)
        {
            throw new PmemVersionException(mismatch, Name, new Version(major, minor), new Version(Major, Minor));
        }
    }
}
