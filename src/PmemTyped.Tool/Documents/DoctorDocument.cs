namespace PmemTyped.Tool.Documents;

/// <summary>
/// What "pmt doctor" tells, for people and for programs alike. The order of the members is the order in JSON; programs
/// depend on their names.
/// </summary>
/// <param name="Path">The path that was asked about.</param>
/// <param name="Probed">What was mapped to find out.</param>
/// <param name="FileSystem">Name of the file system.</param>
/// <param name="Granularity">What must be done to persist a byte.</param>
/// <param name="Durability">What a persist is worth.</param>
/// <param name="IsPowerSafe">Whether persisted bytes survive a loss of power, as far as can be known.</param>
/// <param name="Reason">How this was found out.</param>
/// <param name="PersistNanoseconds">Median time of persisting 8 bytes; null when only looking was allowed.</param>
/// <param name="Processor">How this process stores and flushes.</param>
/// <param name="Environment">The switches that are set, by name.</param>
/// <param name="Device">What the device behind the path tells of itself.</param>
internal sealed record DoctorDocument(
    string Path,
    string Probed,
    string FileSystem,
    string Granularity,
    string Durability,
    bool IsPowerSafe,
    string Reason,
    double? PersistNanoseconds,
    ProcessorDocument Processor,
    IReadOnlyDictionary<string, string> Environment,
    DeviceDocument Device);
