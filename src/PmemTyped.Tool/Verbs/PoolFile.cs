using System.CommandLine;

namespace PmemTyped.Tool.Verbs;

/// <summary>The argument that names the pool file.</summary>
internal static class PoolFile
{
    /// <summary>Makes the argument of a verb that works on an existing pool.</summary>
    internal static Argument<string> NewArgument() => new("file")
    {
        Description = "The pool file; nobody else may have it open.",
    };
}
