namespace PmemTyped.Tool.Verbs;

/// <summary>How "pmt create" makes a pool and tells of it.</summary>
internal readonly record struct CreateManner(
    bool IsForced, bool WritesLayout, bool IsQuiet, bool IsVerbose, bool IsJson);
