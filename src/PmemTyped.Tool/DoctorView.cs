using System.Globalization;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool;

/// <summary>What the doctor found, for people.</summary>
internal static class DoctorView
{
    /// <summary>Writes the findings.</summary>
    internal static void Write(ToolConsole console, DoctorDocument found)
    {
        List<FactsSection> sections =
        [
            new FactsSection("Medium", MediumFacts(found)),
            new FactsSection("Processor", ProcessorFacts(found.Processor)),
            new FactsSection("Device", DeviceFacts(found.Device)),
        ];
        if (found.Environment.Count > 0)
        {
            sections.Add(new FactsSection("Environment", found.Environment.Select(v => (v.Key, v.Value))));
        }

        FactsView.Write(console, sections);
    }

    private static IEnumerable<(string Name, string Value)> MediumFacts(DoctorDocument found)
    {
        yield return ("Path", found.Path);
        yield return ("Probed", found.Probed);
        yield return ("File system", found.FileSystem);
        yield return ("Granularity", found.Granularity);
        yield return ("Durability", found.Durability);
        yield return ("Because", found.Reason);
        yield return ("Power-safe", found.IsPowerSafe ? "yes, as far as the storage keeps its word" : "no, or not known");
        if (found.PersistNanoseconds is { } nanoseconds)
        {
            yield return ("Persist of 8 bytes", Duration(nanoseconds));
        }
    }

    private static IEnumerable<(string Name, string Value)> ProcessorFacts(ProcessorDocument processor)
    {
        yield return ("Flush", processor.FlushUnavailableBecause is { } reason
            ? $"none: {reason}"
            : processor.FlushInstruction);
        yield return ("Stores", processor.StoreInstructions);
        yield return ("Streaming from", Invariant($"{processor.StreamingThresholdBytes} bytes"));
        yield return ("Auto flush (eADR)", $"{(processor.HasAutoFlush ? "yes" : "no")}: {processor.AutoFlushReason}");
        if (processor.IgnoredSwitch is { } ignored)
        {
            yield return ("Ignored", ignored);
        }
    }

    private static IEnumerable<(string Name, string Value)> DeviceFacts(DeviceDocument device)
    {
        yield return ("Region", device.Region ?? $"not supported by this medium: {device.NoRegionBecause}");
        if (device.Region is not null)
        {
            yield return ("Modules", string.Join(", ", device.Dimms));
            yield return ("Unsafe shutdowns", device.UnsafeShutdownCount?.ToString(CultureInfo.InvariantCulture) ?? "not told");
            yield return ("Device id", device.DeviceId ?? "not told");
            yield return ("NUMA node", device.NumaNode?.ToString(CultureInfo.InvariantCulture) ?? "not told");
        }

        yield return ("Bad blocks", device.BadBlocks?.ToString(CultureInfo.InvariantCulture)
            ?? device.NoBadBlocksBecause
            ?? "not known");
    }

    private static string Duration(double nanoseconds) => nanoseconds < 10_000
        ? Invariant($"{nanoseconds:F0} ns")
        : Invariant($"{nanoseconds / 1000:F1} us");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
