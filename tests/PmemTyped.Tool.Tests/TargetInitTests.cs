using System.Text.Json;
using PmemTyped.Replication;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>The certificates that "pmt target init" makes: what they are for, who may read them, and that nothing is overwritten.</summary>
public sealed class TargetInitTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void One_command_makes_an_authority_a_target_and_its_client_and_says_what_goes_where()
    {
        string path = _directory.File("pki");

        ToolRun run = ToolRun.Of("target", "init", path);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(3, run.OutputLines.Count);
        Assert.StartsWith($"{path}/targets/target: copy it to the target", run.OutputLines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{path}/clients/client: copy it to client", run.OutputLines[1], StringComparison.Ordinal);
        Assert.Contains("keep it away", run.OutputLines[2], StringComparison.Ordinal);
        ReplicaIdentity.Load(Path.Combine(path, "targets", "target")).Dispose();
        ReplicaIdentity.Load(Path.Combine(path, "clients", "client")).Dispose();
    }

    [Fact]
    public void Only_the_owner_may_read_anything_of_it()
    {
        string path = _directory.File("pki");
        Assert.Equal(0, ToolRun.Of("target", "init", path, "--client", "a", "--client", "b").ExitCode);

        string[] files = Directory.GetFiles(path, "*", SearchOption.AllDirectories);
        string[] directories = [path, .. Directory.GetDirectories(path, "*", SearchOption.AllDirectories)];

        Assert.Equal(2 + 4 + 3 + 3, files.Length);
        Assert.All(files, f => Assert.Equal(Owner, File.GetUnixFileMode(f)));
        Assert.All(directories, d => Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(d)));
    }

    [Fact]
    public void What_is_there_is_never_overwritten()
    {
        string path = _directory.File("pki");
        Directory.CreateDirectory(path);
        Assert.Equal(0, ToolRun.Of("target", "init", path).ExitCode);
        string before = Everything();

        ToolRun.Of("target", "init", path).AssertCouldNot("exists and is not empty");
        ToolRun.Of("target", "certificate", path, "client").AssertCouldNot("exists; nothing was changed");
        File.WriteAllText(_directory.File("file"), "mine");
        ToolRun.Of("target", "init", _directory.File("file")).AssertCouldNot("exists and is not empty");

        File.Delete(_directory.File("file"));
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void More_certificates_of_the_same_authority_can_be_made_later()
    {
        string path = _directory.File("pki");
        Assert.Equal(0, ToolRun.Of("target", "init", path).ExitCode);

        ToolRun client = ToolRun.Of("target", "certificate", path, "bob");
        ToolRun target = ToolRun.Of(
            "target", "certificate", path, "second", "--host", "b.example", "--client", "bob", "--listen", "127.0.0.1:0", "--json");

        Assert.Equal((0, 0), (client.ExitCode, target.ExitCode));
        JsonElement document = JsonDocument.Parse(target.Output).RootElement;
        Assert.Equal($"{path}/targets/second", document.GetProperty("target").GetString());
        string config = File.ReadAllText(_directory.File("pki/targets/second/target.json"));
        Assert.Contains("\"bob\"", config, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:0", config, StringComparison.Ordinal);
        ToolRun.Of("target", "certificate", _directory.File("none"), "bob").AssertCouldNot("none");
    }

    [Theory]
    [InlineData("--client", "../x", "is no name of a certificate")]
    [InlineData("--client", ".hidden", "is no name of a certificate")]
    [InlineData("--host", "a b", "is no host")]
    [InlineData("--host", "host:7636", "is no host")]
    [InlineData("--days", "0", "--days is a number from 1")]
    public void Odd_arguments_make_nothing(string option, string value, string because)
    {
        string path = _directory.File("pki");
        ToolRun.Of("target", "init", path, option, value).AssertCouldNot(because);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void A_key_that_others_may_read_is_not_used()
    {
        string path = _directory.File("pki");
        Assert.Equal(0, ToolRun.Of("target", "init", path).ExitCode);
        string client = Path.Combine(path, "clients", "client");
        File.SetUnixFileMode(Path.Combine(client, ReplicaIdentity.KeyFile), Owner | UnixFileMode.OtherRead);

        IOException refused = Assert.Throws<IOException>(() => ReplicaIdentity.Load(client));
        Assert.Contains("open to all users", refused.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => ReplicaIdentity.Load(_directory.Path));
    }

    private string Everything() => string.Join('\n', Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(f => $"{f}: {File.ReadAllText(f)}"));
}
