using PmemTyped.CrashTesting;
using PmemTyped.Mapping;

namespace PmemTyped.Crash.Tests;

/// <summary>Runs a scenario over a recording medium and judges every crash state.</summary>
internal sealed record CrashRun(long States, long Violations, string? First)
{
    internal const int Seed = 20261121;

    private const string SamplesVariable = "PMEMTYPED_CRASH_SAMPLES";

    // Samples per crash point that has too many states to list; a nightly run asks for thousands.
    private static readonly int s_samples =
        int.TryParse(Environment.GetEnvironmentVariable(SamplesVariable), out int samples) ? samples : 512;

    /// <summary>Gets a value indicating whether the environment asks for more than what fits into every build.</summary>
    internal static bool IsNightly => Environment.GetEnvironmentVariable(SamplesVariable) is not null;

    internal static CrashRun Of(
        ICrashScenario scenario,
        PersistModel model,
        OrderingPoint? elided = null,
        StoreGranularity granularity = StoreGranularity.CacheLine)
    {
        var log = new StoreLog(scenario.Initial, granularity);
        if (elided is { } point)
        {
            scenario.Run(new ElidingMedium<RecordingMedium>(log.Medium, point), log);
        }
        else
        {
            scenario.Run(log.Medium, log);
        }

        return Judge(scenario, log, model, stopAtFirst: elided is not null);
    }

    internal static CrashRun Judge(
        ICrashScenario scenario, StoreLog log, PersistModel model, bool stopAtFirst = false)
    {
        long violations = 0;
        string? first = null;
        long states = new CrashStateEnumerator(log, model, Seed, s_samples).Visit((image, crash) =>
        {
            if (stopAtFirst && first is not null)
            {
                return;
            }

            try
            {
                scenario.Check(image, crash);
            }
            catch (Exception exception)
            {
                violations++;
                first ??= FormattableString.Invariant($"seed {Seed}, {crash}: {exception}");
            }
        });
        return new CrashRun(states, violations, first);
    }
}
