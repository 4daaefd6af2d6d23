using PmemTyped.CrashTesting;
using PmemTyped.Mapping;

namespace PmemTyped.Crash.Tests;

/// <summary>Something that is done to a medium, and what must hold of every image that a crash leaves.</summary>
internal interface ICrashScenario
{
    /// <summary>The image before.</summary>
    ReadOnlySpan<byte> Initial { get; }

    /// <summary>Does it; every operation is bracketed with Begin and Acknowledge.</summary>
    void Run<TMedium>(TMedium medium, StoreLog log)
        where TMedium : struct, IPmemMedium;

    /// <summary>Throws when the image breaks a promise.</summary>
    void Check(CrashImage image, CrashPoint point);
}
