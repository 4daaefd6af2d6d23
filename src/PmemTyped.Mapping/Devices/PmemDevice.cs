using System.Text;

namespace PmemTyped.Mapping.Devices;

/// <summary>
/// What the kernel knows about the NVDIMMs behind a source: how often they lost power unsafely, which they are, where
/// they are. Most media have none; then every question has the answer "not supported by this medium", with the reason.
/// Each answer is read when it is asked for. Nothing is written except by <see cref="DeepFlush"/>. Threads: safe.
/// (mapping specification, section 14)
/// </summary>
public sealed class PmemDevice
{
    private readonly string _path;
    private readonly NvdimmRegion? _region;
    private readonly string _noRegion;

    private PmemDevice(string path, NvdimmRegion? region, bool isPartition, string noRegion)
    {
        _path = path;
        _region = region;
        _noRegion = noRegion;
        IsPartition = isPartition;
    }

    /// <summary>Gets the name of the NVDIMM region, for example "region0", or null when there is none.</summary>
    public string? RegionName => _region?.Name;

    /// <summary>Gets why there is no region, or null when there is one.</summary>
    public string? UnsupportedBecause => _region is null ? _noRegion : null;

    /// <summary>
    /// Gets the names of the DIMMs that the region is interleaved over, for example "nmem0", in the order in which
    /// <see cref="TryGetDeviceId"/> joins them; empty without a region, or for one that is not made of DIMMs.
    /// </summary>
    public IReadOnlyList<string> Dimms => _region?.Dimms ?? [];

    /// <summary>
    /// Gets a value indicating whether the file lies on a partition of the disk. PMDK looks at whole disks only.
    /// </summary>
    public bool IsPartition { get; }

    /// <summary>Finds the device behind a source, through the device number in sysfs. Nothing is changed.</summary>
    /// <param name="source">An open source; it may be disposed afterwards.</param>
    /// <exception cref="PmemIOException">The source, or the list of DIMMs of its region, cannot be read.</exception>
    /// <exception cref="PmemFormatException">The list of DIMMs is malformed.</exception>
    public static PmemDevice Of(PmemSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Kind == PmemSourceKind.Anonymous
            ? new PmemDevice(source.Path, region: null, isPartition: false, "it is memory of this process")
            : At(DevicePlace.Of(source, DevicePlace.StatusOf(source)));
    }

    /// <summary>Sums the unsafe shutdowns of the DIMMs. (pmem2_source_device_usc)</summary>
    /// <param name="count">The sum, 0 when it is not supported.</param>
    /// <returns>False when there is no region, or a DIMM that does not count.</returns>
    /// <exception cref="PmemIOException">A counter exists and cannot be read.</exception>
    /// <exception cref="PmemFormatException">A counter is no number.</exception>
    public bool TryGetUnsafeShutdownCount(out ulong count) => WhyNoUnsafeShutdownCount(out count) is null;

    /// <summary>As <see cref="TryGetUnsafeShutdownCount"/>, for callers that cannot go on without.</summary>
    /// <exception cref="NotSupportedException">No region, or a DIMM that does not count; the message says which.</exception>
    /// <exception cref="PmemIOException">A counter exists and cannot be read.</exception>
    /// <exception cref="PmemFormatException">A counter is no number.</exception>
    public ulong GetUnsafeShutdownCount() =>
        WhyNoUnsafeShutdownCount(out ulong count) is { } reason ? throw NotSupported(reason) : count;

    /// <summary>Joins the unique identifiers of the DIMMs, without anything between. (pmem2_source_device_id)</summary>
    /// <param name="id">The text, empty when it is not supported.</param>
    /// <returns>False when there is no region, or a DIMM without identifier.</returns>
    /// <exception cref="PmemIOException">An identifier exists and cannot be read.</exception>
    public bool TryGetDeviceId(out string id) => WhyNoDeviceId(out id) is null;

    /// <summary>As <see cref="TryGetDeviceId"/>, for callers that cannot go on without.</summary>
    /// <exception cref="NotSupportedException">No region, or a DIMM without identifier; the message says which.</exception>
    /// <exception cref="PmemIOException">An identifier exists and cannot be read.</exception>
    public string GetDeviceId() => WhyNoDeviceId(out string id) is { } reason ? throw NotSupported(reason) : id;

    /// <summary>Gets the NUMA node of the region. (pmem2_source_numa_node)</summary>
    /// <param name="node">Its number, from 0; -1 when it is not supported.</param>
    /// <returns>False when there is no region, or the kernel does not know its node.</returns>
    /// <exception cref="PmemIOException">The attribute exists and cannot be read.</exception>
    /// <exception cref="PmemFormatException">The attribute is no number.</exception>
    public bool TryGetNumaNode(out int node) => WhyNoNumaNode(out node) is null;

    /// <summary>As <see cref="TryGetNumaNode"/>, for callers that cannot go on without.</summary>
    /// <exception cref="NotSupportedException">There is no region, or the kernel does not know its node.</exception>
    /// <exception cref="PmemIOException">The attribute exists and cannot be read.</exception>
    /// <exception cref="PmemFormatException">The attribute is no number.</exception>
    public int GetNumaNode() => WhyNoNumaNode(out int node) is { } reason ? throw NotSupported(reason) : node;

    /// <summary>
    /// Has the memory controllers of the region write their buffers back, so that what was persisted before also
    /// survives a failure of ADR. Lines must be flushed and drained first. (mapping specification, section 6.1)
    /// </summary>
    /// <returns>True when the region was asked to; false when the kernel says that it needs none, or has none.</returns>
    /// <exception cref="NotSupportedException">There is no region.</exception>
    /// <exception cref="PmemIOException">The kernel refused; what was persisted before is as durable as it was.</exception>
    public bool DeepFlush() => _region is null ? throw NotSupported(_noRegion) : _region.DeepFlush();

    internal static PmemDevice At(DevicePlace place)
    {
        NvdimmRegion? region = NvdimmRegion.Above(place);
        string reason = place.Directory is null
            ? $"sysfs has no device {place.Link}"
            : $"the device {place.Link} belongs to no NVDIMM region";
        return new PmemDevice(place.Path, region, place.IsPartition, reason);
    }

    private string? WhyNoUnsafeShutdownCount(out ulong count)
    {
        count = 0;
        if (WhyNoDimms() is { } reason)
        {
            return reason;
        }

        ulong sum = 0;
        foreach (string dimm in Dimms)
        {
            if (_region!.UnsafeShutdowns(dimm) is not { } shutdowns || shutdowns < 0)
            {
                return $"{dimm} of {RegionName} does not count unsafe shutdowns";
            }

            sum += (ulong)shutdowns;
        }

        count = sum;
        return null;
    }

    private string? WhyNoDeviceId(out string id)
    {
        id = string.Empty;
        if (WhyNoDimms() is { } reason)
        {
            return reason;
        }

        var joined = new StringBuilder();
        foreach (string dimm in Dimms)
        {
            if (_region!.UniqueId(dimm) is not { } unique)
            {
                return $"{dimm} of {RegionName} has no identifier";
            }

            joined.Append(unique);
        }

        id = joined.ToString();
        return null;
    }

    private string? WhyNoNumaNode(out int node)
    {
        node = -1;
        if (_region is null)
        {
            return _noRegion;
        }

        if (_region.Number("numa_node") is not { } number || number is < 0 or > int.MaxValue)
        {
            return $"the kernel does not know the NUMA node of {RegionName}";
        }

        node = (int)number;
        return null;
    }

    private string? WhyNoDimms() =>
        _region is null ? _noRegion : Dimms.Count == 0 ? $"{RegionName} is not made of DIMMs" : null;

    private NotSupportedException NotSupported(string reason) =>
        new($"'{_path}': not supported by this medium: {reason}.");
}
