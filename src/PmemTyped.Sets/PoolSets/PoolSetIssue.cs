namespace PmemTyped.Sets.PoolSets;

/// <summary>One remark about a set file.</summary>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Column">Column of the first character concerned, from 1.</param>
/// <param name="Error">What it is.</param>
/// <param name="Message">What was found, what PMDK makes of it where that differs, and what to write instead.</param>
/// <param name="IsError">Whether the file is refused for it.</param>
public sealed record PoolSetIssue(int Line, int Column, PoolSetFileError Error, string Message, bool IsError);
