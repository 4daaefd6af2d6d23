namespace PmemTyped.Native;

/// <summary>
/// What the environment says about flushing and copying, with libpmem's names and meanings. Read once for the process;
/// tests make their own, so that every path runs inside one process. (mapping specification, section 8.1)
/// </summary>
internal sealed record PersistSwitches
{
    internal const long DefaultStreamingThresholdBytes = 256;

    /// <summary>Gets the switches of this process, as they were at the first use.</summary>
    internal static PersistSwitches Current { get; } = FromEnvironment(Environment.GetEnvironmentVariable);

    /// <summary>Gets a value indicating whether CLWB may be used; PMEM_NO_CLWB=1 forbids it.</summary>
    internal bool AllowsClwb { get; init; } = true;

    /// <summary>Gets a value indicating whether CLFLUSHOPT may be used; PMEM_NO_CLFLUSHOPT=1 forbids it.</summary>
    internal bool AllowsClflushOpt { get; init; } = true;

    /// <summary>Gets a value indicating whether copies may use AVX; PMEM_AVX=0 forbids it.</summary>
    internal bool AllowsAvx { get; init; } = true;

    /// <summary>Gets a value indicating whether copies may use AVX-512; PMEM_AVX512F=0 forbids it.</summary>
    internal bool AllowsAvx512 { get; init; } = true;

    /// <summary>Gets a value indicating whether copies may use vectors and streaming stores; PMEM_NO_MOVNT=1 forbids it.</summary>
    internal bool AllowsVectors { get; init; } = true;

    /// <summary>
    /// Gets a value indicating whether our own loop of 8-byte stores replaces vectors where they are forbidden; a
    /// PMEM_NO_GENERIC_MEMCPY other than 0 leaves it to the copy of the runtime.
    /// </summary>
    internal bool AllowsWordStores { get; init; } = true;

    /// <summary>
    /// Gets a value indicating whether PMEM_MOVDIR64B asks for that instruction. .NET cannot issue it, so it is
    /// reported and not used.
    /// </summary>
    internal bool WantsMovdir64b { get; init; }

    /// <summary>Gets the bytes from which streaming stores are used: PMEM_MOVNT_THRESHOLD, negative numbers are ignored.</summary>
    internal long StreamingThresholdBytes { get; init; } = DefaultStreamingThresholdBytes;

    /// <summary>Gets what PMEM_WC_WORKAROUND says, null for nothing: the vendor of the CPU decides.</summary>
    internal bool? FencesGroups { get; init; }

    internal static PersistSwitches FromEnvironment(Func<string, string?> variable)
    {
        long threshold = IntegerOf(variable("PMEM_MOVNT_THRESHOLD")) ?? DefaultStreamingThresholdBytes;
        return new PersistSwitches
        {
            AllowsClwb = variable("PMEM_NO_CLWB") != "1",
            AllowsClflushOpt = variable("PMEM_NO_CLFLUSHOPT") != "1",
            AllowsAvx = variable("PMEM_AVX") != "0",
            AllowsAvx512 = variable("PMEM_AVX512F") != "0",
            AllowsVectors = variable("PMEM_NO_MOVNT") != "1",
            AllowsWordStores = (IntegerOf(variable("PMEM_NO_GENERIC_MEMCPY")) ?? 0) == 0,
            WantsMovdir64b = variable("PMEM_MOVDIR64B") is not (null or "0"),
            StreamingThresholdBytes = threshold < 0 ? DefaultStreamingThresholdBytes : threshold,
            FencesGroups = variable("PMEM_WC_WORKAROUND") switch
            {
                "1" => true,
                "0" => false,
                _ => null,
            },
        };
    }

    // C integer parsing, as libpmem does it: blanks, a sign, digits; the rest is ignored and no digits mean 0.
    private static long? IntegerOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        ReadOnlySpan<char> rest = text.AsSpan().TrimStart(" \t\n\v\f\r");
        bool isNegative = rest.StartsWith("-");
        if (isNegative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        int end = rest.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> digits = end < 0 ? rest : rest[..end];
        if (digits.IsEmpty)
        {
            return 0;
        }

        long magnitude = long.TryParse(digits, out long number) ? number : long.MaxValue;
        return isNegative ? -magnitude : magnitude;
    }
}
