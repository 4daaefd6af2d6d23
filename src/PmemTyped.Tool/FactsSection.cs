namespace PmemTyped.Tool;

/// <summary>A title and the facts below it, each a name and a value.</summary>
internal sealed record FactsSection(string Title, IEnumerable<(string Name, string Value)> Facts);
