namespace PmemTyped.Analyzers;

/// <summary>What a diagnostic carries for its code fix: keys of its properties.</summary>
internal static class FixKeys
{
    /// <summary>The object, as the user names it.</summary>
    internal const string Root = "root";

    /// <summary>Names of its fields with commas between; empty for the whole object.</summary>
    internal const string Fields = "fields";

    /// <summary>The layout of the object.</summary>
    internal const string Layout = "layout";

    /// <summary>The publish field of the layout.</summary>
    internal const string Publish = "publish";

    /// <summary>An attribute that is missing.</summary>
    internal const string Attribute = "attribute";

    /// <summary>A line for the lock file.</summary>
    internal const string Line = "line";

    /// <summary>The version of the layout before.</summary>
    internal const string Previous = "previous";

    /// <summary>Number of bytes to insert before a field.</summary>
    internal const string Bytes = "bytes";
}
