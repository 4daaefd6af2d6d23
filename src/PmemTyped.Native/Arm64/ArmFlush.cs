using System.Runtime.InteropServices;

namespace PmemTyped.Native.Arm64;

/// <summary>
/// Why cache lines are not written back on Arm64, although user code may execute DC CVAP and DC CVAC there. .NET has no
/// intrinsic for them, and a loop that is written into a page is safe to run only after the instruction cache was told
/// (DC CVAU, IC IVAU, ISB). That takes instructions which .NET has no intrinsic for either, libc exports no function for
/// it, and mprotect does not promise it: kernels did it for pages of files and left anonymous ones to the program. Stale
/// instructions would run, so nothing is run (Design 0008).
/// </summary>
internal static class ArmFlush
{
    internal const string Refusal =
        "on Arm64 the write-back instruction can only be reached through generated code, "
        + "and .NET cannot synchronize the instruction cache with it";

    /// <summary>Gets the refusal on Arm64, null elsewhere.</summary>
    internal static string? RefusalHere => RefusalOn(RuntimeInformation.ProcessArchitecture);

    internal static string? RefusalOn(Architecture architecture) =>
        architecture == Architecture.Arm64 ? Refusal : null;
}
