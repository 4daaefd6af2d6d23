using PmemTyped.Mapping.Devices;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// A source and a config that fit each other: the checks that come before anything is mapped, in the order of the mapping
/// specification, section 12.3. The first that fails decides.
/// </summary>
internal sealed class MapPlan
{
    private MapPlan(PmemSource source, PmemMapConfig config, long lengthBytes)
    {
        Source = source;
        Config = config;
        LengthBytes = lengthBytes;
    }

    internal PmemSource Source { get; }

    internal PmemMapConfig Config { get; }

    internal long LengthBytes { get; }

    internal MapRequest Request => new(
        Source.Descriptor,
        Config.OffsetBytes,
        LengthBytes,
        (int)Config.Protection,
        Config.IsPrivate,
        Source.AlignmentBytes,
        Source.Platform.MapHint,
        Config.ReadsAhead);

    internal static MapPlan Of(PmemSource source, PmemMapConfig config)
    {
        long sourceBytes = source.GetLengthBytes();
        RequireAligned(source, "offset", config.OffsetBytes, config);
        if (source.Kind == PmemSourceKind.DeviceDax && config.IsPrivate)
        {
            throw new NotSupportedException(
                $"Cannot map '{source.Path}' privately: a dax device has no copy-on-write. Map it shared.");
        }

        if (sourceBytes == 0)
        {
            throw OutOfRange(
                config, $"Cannot map '{source.Path}', which has 0 bytes. Give it a size first.");
        }

        RequireAligned(source, "length", config.LengthBytes, config);
        if (config.OffsetBytes >= sourceBytes || config.LengthBytes > sourceBytes - config.OffsetBytes)
        {
            throw OutOfRange(config, FormattableString.Invariant(
                $"Cannot map {config.LengthBytes} bytes at offset 0x{config.OffsetBytes:X} of '{source.Path}', which has {sourceBytes}. Map inside it; length 0 means all to its end."));
        }

        return new MapPlan(
            source, config, config.LengthBytes == 0 ? sourceBytes - config.OffsetBytes : config.LengthBytes);
    }

    /// <summary>Makes a map of what the kernel mapped, or undoes it.</summary>
    internal PmemMap Complete(SafeMapHandle? handle, int syncError, int error, VmReservation? reservation = null)
    {
        if (handle is null)
        {
            throw new PmemIOException("map", Source.Path, error, NextStepFor(error));
        }

        try
        {
            MapFacts facts = MapFacts.Of(Source, Config.IsPrivate, syncError);
            MediumDurability durability = MapGranularity.Decide(facts);
            if (durability.Granularity > Config.RequiredGranularity)
            {
                throw new NotSupportedException(
                    $"'{Source.Path}' offers {durability.Granularity} granularity, but "
                    + $"{Config.RequiredGranularity} was required: {durability.Reason}. Accept the coarser one or move the file.");
            }

            ThrowIfShrunk();
            bool isPersistent = facts.IsSynchronous || Source.Kind == PmemSourceKind.DeviceDax;
            var map = new PmemMap(handle, Source.Path, Source.Kind, Config.Protection, durability)
            {
                IsPersistentMemory = facts.ForcesPersistentMemory ?? isPersistent,
                Reservation = reservation,
                FlushRegion = RegionFlush(),
            };
            handle.Publish(map, isPersistent);
            return map;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private Action? RegionFlush()
    {
        PmemDevice? device = Source.Kind == PmemSourceKind.DeviceDax ? PmemDevice.Of(Source) : null;
        return device?.RegionName is null ? null : () => device.DeepFlush();
    }

    private static string NextStepFor(int error) => error switch
    {
        Errno.Access => "The protection asks for more than the file was opened for, or than its permissions allow.",
        Errno.OperationNotPermitted => "The mount forbids execution, or the file is sealed; ask for less protection.",
        Errno.NoMemory => "Check the limits of address space and of the number of maps.",
        _ => "Check permissions and address space limits.",
    };

    private static void RequireAligned(PmemSource source, string what, long value, PmemMapConfig config)
    {
        if (value % source.AlignmentBytes != 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Cannot map '{source.Path}': the {what} {value} is not a multiple of {source.AlignmentBytes}, the alignment of the source. Round it."),
                nameof(config));
        }
    }

    private static ArgumentOutOfRangeException OutOfRange(PmemMapConfig config, string message) => new(nameof(config), message);

    // A file may have been cut while it was mapped. A load or store beyond its end would end the process, so the map is
    // given up now.
    private void ThrowIfShrunk()
    {
        long sourceBytes = Source.GetLengthBytes();
        if (sourceBytes - Config.OffsetBytes < LengthBytes)
        {
            throw OutOfRange(Config, FormattableString.Invariant(
                $"Cannot keep the map of {LengthBytes} bytes at offset 0x{Config.OffsetBytes:X} of '{Source.Path}', which shrank to {sourceBytes} meanwhile. Let nobody truncate a file that is in use."));
        }
    }
}
