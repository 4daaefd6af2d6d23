using PmemTyped.Mapping;

namespace PmemTyped.Replication.Generations;

/// <summary>
/// The crash argument of the metadata of a copy.
/// <list type="bullet">
/// <item>P1: a slot is durable before anybody is told of it, or acts on it. A slot torn inside has a wrong checksum, and the
/// other one, which was not touched, counts. Without P1 a promise that was answered could be forgotten, and two writers be
/// obeyed.</item>
/// </list>
/// </summary>
internal static class GenerationOrdering
{
    private const string Protocol = "GEN";

    /// <summary>The new slot is durable before it counts.</summary>
    internal static readonly OrderingPoint P1 = new(Protocol, 1);
}
