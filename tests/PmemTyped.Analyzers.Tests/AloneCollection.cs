namespace PmemTyped.Analyzers.Tests;

/// <summary>Tests that measure the processor time of the process: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
