using System.Globalization;
using PmemTyped.Mapping.Devices;
using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>
/// What a map depends on besides its file: the switches of the environment and the kernel's device tree. Programs use
/// <see cref="Current"/>; a test makes its own, to have every medium on one machine. Immutable; threads: safe.
/// (mapping specification, sections 7 and 8.1)
/// </summary>
public sealed class PmemPlatform
{
    internal const string ForcePersistentVariable = "PMEM_IS_PMEM_FORCE";
    internal const string NoFlushVariable = "PMEM_NO_FLUSH";
    internal const string ForceGranularityVariable = "PMEM2_FORCE_GRANULARITY";

    private readonly Func<string, string?> _variables;
    private readonly Lazy<AutoFlush> _autoFlush;

    /// <summary>Initializes a new instance of the <see cref="PmemPlatform"/> class.</summary>
    /// <param name="variables">Gives the value of an environment variable, or null.</param>
    /// <param name="sysfsRoot">Directory that is read as sysfs.</param>
    public PmemPlatform(Func<string, string?> variables, string sysfsRoot = "/sys")
    {
        ArgumentException.ThrowIfNullOrEmpty(sysfsRoot);
        _variables = variables;
        SysfsRoot = sysfsRoot;
        _autoFlush = new Lazy<AutoFlush>(() => AutoFlush.Detect(new SysfsTree(sysfsRoot)));
        ForcesPersistentMemory = Forced(variables(ForcePersistentVariable));
        MapHint = Hexadecimal(variables("PMEM_MMAP_HINT"));
        SkipsFlushes = variables(NoFlushVariable) switch
        {
            "1" => true,
            "0" => false,
            _ => null,
        };
    }

    /// <summary>Gets the platform of this process. PMEM_ variables are read once, PMEM2_ variables at every map.</summary>
    public static PmemPlatform Current { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>Gets the directory that is read as sysfs.</summary>
    public string SysfsRoot { get; }

    /// <summary>
    /// Gets a value indicating whether the platform writes the caches of the processors back when power fails (eADR), so
    /// that flushing cache lines is superfluous. Read from sysfs once; what cannot be read or understood is a no.
    /// (pmem_has_auto_flush; section 7.1)
    /// </summary>
    public bool HasAutoFlush => _autoFlush.Value.IsPresent;

    /// <summary>Gets what <see cref="HasAutoFlush"/> rests on, as a part of a sentence that names the regions.</summary>
    public string AutoFlushExplanation => _autoFlush.Value.Explanation;

    /// <summary>Gets a value indicating whether a drain is superfluous: on no platform. (pmem_has_hw_drain)</summary>
    public static bool HasHardwareDrain => false;

    /// <summary>Gets how this process stores and flushes.</summary>
    public static ProcessorCapabilities Processor { get; } = new(
        PersistInstructions.Flush,
        PersistInstructions.UnavailableBecause,
        PersistInstructions.Stores,
        PersistInstructions.StreamingThresholdBytes,
        PersistInstructions.IgnoredSwitch);

    /// <summary>Gets what PMEM_IS_PMEM_FORCE says, null for nothing (section 4.2).</summary>
    internal bool? ForcesPersistentMemory { get; }

    /// <summary>Gets the lowest address that PMEM_MMAP_HINT allows for maps, null for any (section 3).</summary>
    internal long? MapHint { get; }

    /// <summary>Gets what PMEM_NO_FLUSH says about writing cache lines back, null for nothing (section 7.3).</summary>
    internal bool? SkipsFlushes { get; }

    internal string? Variable(string name) => _variables(name);

    private static long? Hexadecimal(string? value)
    {
        string digits = value?.Trim() ?? string.Empty;
        digits = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
        return long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long address) && address >= 0
            ? address
            : null;
    }

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
