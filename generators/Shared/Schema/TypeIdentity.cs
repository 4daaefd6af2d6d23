namespace PmemTyped.Schema;

/// <summary>Where a type is declared, enough to write another part of it.</summary>
/// <param name="Namespace">Dotted and escaped; empty for the global namespace.</param>
/// <param name="Containers">Outermost first, each as its keyword and name: <c>static class Bank</c> gives <c>class Bank</c>.</param>
/// <param name="Keyword"><c>struct</c> or <c>record struct</c>.</param>
/// <param name="Name">Escaped simple name.</param>
/// <param name="Reference">Name from the global namespace on.</param>
/// <param name="FlatName">Names of containers and type joined by underscores, not escaped.</param>
/// <param name="HintName">Name of the generated file.</param>
/// <param name="Visibility">Narrowest of the type and its containers.</param>
internal sealed record TypeIdentity(
    string Namespace,
    EquatableArray<string> Containers,
    string Keyword,
    string Name,
    string Reference,
    string FlatName,
    string HintName,
    Visibility Visibility);
