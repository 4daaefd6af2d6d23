using System.CommandLine;

namespace PmemTyped.Tool;

/// <summary>The option that every verb has: an answer for programs.</summary>
internal static class JsonOption
{
    internal static Option<bool> New() => new("--json") { Description = "Print JSON instead of text." };
}
