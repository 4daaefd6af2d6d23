namespace PmemTyped.Testing;

/// <summary>One text to compare.</summary>
/// <param name="Name">Told apart by this; empty when the test has one text only.</param>
/// <param name="Extension">File extension without dot.</param>
/// <param name="Text">The text.</param>
public sealed record SnapshotTarget(string Name, string Extension, string Text);
