using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>
/// One graph reduced to its effects. The fixpoint runs over these small arrays and never looks at operations again.
/// </summary>
internal sealed class FlowProgram(ControlFlowGraph graph, ISymbol owner, RootTable roots, Step[][] blocks, List<Site> sites, List<IOperation> escapes)
{
    internal ControlFlowGraph Graph { get; } = graph;

    /// <summary>Gets the method, local function or lambda.</summary>
    internal ISymbol Owner { get; } = owner;

    internal IReadOnlyList<Root> Roots { get; } = roots.All;

    internal Step[][] Blocks { get; } = blocks;

    internal List<Site> Sites { get; } = sites;

    /// <summary>Gets the writable references that leave for code without a contract.</summary>
    internal List<IOperation> Escapes { get; } = escapes;

    /// <summary>Gets a value indicating whether every call that can throw is a way out.</summary>
    internal bool WatchesExceptions { get; init; }

    /// <summary>Gets a value indicating whether some block can run twice.</summary>
    internal bool HasLoop { get; init; }

    /// <summary>Gets a value indicating whether nothing is stored, flushed or checked.</summary>
    internal bool IsEmpty => Array.TrueForAll(Blocks, static b => b.Length == 0);
}
