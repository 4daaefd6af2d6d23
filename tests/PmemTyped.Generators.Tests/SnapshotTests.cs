using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

/// <summary>The comparison itself must be able to fail, else no snapshot proves anything.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("pmemtyped-snapshot-");

    private string Verified => Path.Combine(_directory.FullName, "Some.Test.verified.txt");

    private string Received => Path.Combine(_directory.FullName, "Some.Test.received.txt");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_new_text_fails_and_is_kept_as_received()
    {
        var failure = await Assert.ThrowsAsync<SnapshotException>(() => Compare("text"));

        Assert.Equal("New: Some.Test.received.txt", failure.Message);
        Assert.Equal("text", await File.ReadAllTextAsync(Received));
    }

    [Fact]
    public async Task An_equal_text_passes_whatever_its_line_endings_and_removes_what_was_received()
    {
        await File.WriteAllTextAsync(Verified, "a\r\nb\r\n");
        await File.WriteAllTextAsync(Received, "old");

        await Compare("a\nb");

        Assert.False(File.Exists(Received));
    }

    [Fact]
    public async Task A_changed_text_fails_with_its_first_line_that_differs()
    {
        await File.WriteAllTextAsync(Verified, "a\nb\nc");

        var failure = await Assert.ThrowsAsync<SnapshotException>(() => Compare("a\nx\nc"));

        Assert.Equal("NotEqual: Some.Test.verified.txt\n  line 2\n  - b\n  + x", failure.Message);
    }

    [Fact]
    public async Task A_verified_file_that_nothing_produces_fails()
    {
        await File.WriteAllTextAsync(Verified, "a");
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "Some.Test#gone.verified.cs"), "b");
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "Some.TestOther.verified.cs"), "c");

        var failure = await Assert.ThrowsAsync<SnapshotException>(() => Compare("a"));

        Assert.Equal("Delete: Some.Test#gone.verified.cs", failure.Message);
    }

    [Fact]
    public async Task Accepting_rewrites_the_verified_file()
    {
        await File.WriteAllTextAsync(Verified, "old");

        await Compare("new", "PMEMTYPED_ACCEPT");

        Assert.Equal("new", await File.ReadAllTextAsync(Verified));
        await Compare("new");
    }

    [Fact]
    public async Task Accepting_is_refused_on_a_build_server()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Compare("new", "PMEMTYPED_ACCEPT", "CI"));

        Assert.False(File.Exists(Verified));
    }

    private Task Compare(string text, params string[] variables) => new SnapshotTask(
        () => [new SnapshotTarget("", "txt", text)],
        Path.Combine(_directory.FullName, "Some.cs"),
        "Test",
        name => variables.Contains(name) ? "1" : null);
}
