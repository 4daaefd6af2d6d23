using System.Globalization;

namespace PmemTyped.Mapping;

/// <summary>
/// What a map depends on besides its file: the switches of the environment and the kernel's device tree. Programs use
/// <see cref="Current"/>; a test makes its own, to have every medium on one machine. Immutable; threads: safe.
/// (mapping specification, sections 7 and 8.1)
/// </summary>
public sealed class PmemPlatform
{
    internal const string ForcePersistentVariable = "PMEM_IS_PMEM_FORCE";

    private readonly Func<string, string?> _variables;

    /// <summary>Initializes a new instance of the <see cref="PmemPlatform"/> class.</summary>
    /// <param name="variables">Gives the value of an environment variable, or null.</param>
    /// <param name="sysfsRoot">Directory that is read as sysfs.</param>
    public PmemPlatform(Func<string, string?> variables, string sysfsRoot = "/sys")
    {
        ArgumentException.ThrowIfNullOrEmpty(sysfsRoot);
        _variables = variables;
        SysfsRoot = sysfsRoot;
        ForcesPersistentMemory = Forced(variables(ForcePersistentVariable));
    }

    /// <summary>Gets the platform of this process. PMEM_ variables are read once, PMEM2_ variables at every map.</summary>
    public static PmemPlatform Current { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>Gets the directory that is read as sysfs.</summary>
    public string SysfsRoot { get; }

    /// <summary>Gets what PMEM_IS_PMEM_FORCE says, null for nothing (section 4.2).</summary>
    internal bool? ForcesPersistentMemory { get; }

    internal string? Variable(string name) => _variables(name);

    // C integer parsing: 1 forces yes; 0 or text that is no number forces no; any other number is not a decision.
    private static bool? Forced(string? value)
    {
        if (value is null)
        {
            return null;
        }

        string digits = new(value.TrimStart().TakeWhile((c, i) => char.IsAsciiDigit(c) || (i == 0 && c is '-' or '+')).ToArray());
        bool isNumber = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number);
        return (isNumber ? number : 0) switch
        {
            1 => true,
            0 => false,
            _ => null,
        };
    }
}
