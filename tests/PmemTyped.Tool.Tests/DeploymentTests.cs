using System.Text.RegularExpressions;
using PmemTyped.Replication;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>The files under deploy say what the tool does, as far as it can be known without installing them.</summary>
public sealed partial class DeploymentTests : IDisposable
{
    private const string Unit = "pmt-target.service";
    private readonly TempDirectory _directory = TempDirectory.Create();

    private static string Deploy { get; } = Find("deploy");

    public void Dispose() => _directory.Dispose();

    [ProgramFact("systemd-analyze")]
    public async Task The_unit_is_one_for_systemd()
    {
        string path = await UnitWithProgram();

        ToolRun run = await ToolProcess.Run("systemd-analyze", "verify", "--man=no", path);

        Assert.Equal((0, string.Empty), (run.ExitCode, Told(run)));
    }

    [ProgramFact("systemd-analyze")]
    public async Task The_unit_leaves_little_to_an_intruder()
    {
        // Of 100, the less the better; an ordinary unit has 96.
        ToolRun run = await ToolProcess.Run(
            "systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", await UnitWithProgram());

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public void The_commands_in_the_unit_and_in_the_container_file_are_ones_of_the_tool()
    {
        string unit = File.ReadAllText(Path.Combine(Deploy, Unit));
        string container = File.ReadAllText(Path.Combine(Deploy, "Containerfile"));
        string[] started =
        [
            StartedByUnit().Match(unit).Groups[1].Value,
            string.Join(' ', StartedByContainer().Match(container).Groups[1].Value.Split(',').Select(w => w.Trim(' ', '"'))),
        ];

        // Understood as a whole, and ended only by the configuration that is not there.
        Assert.All(started, words => ToolRun.Of(words.Split(' ')).AssertCouldNot("target.json"));
        Assert.Contains($"EXPOSE {ReplicaTransports.DefaultPort}\n", container, StringComparison.Ordinal);
        Assert.DoesNotContain("USER root", container, StringComparison.Ordinal);
        Assert.Contains("USER $APP_UID\n", container, StringComparison.Ordinal);
        Assert.All(
            (string[])[ReplicaIdentity.AuthorityFile, ReplicaIdentity.CertificateFile, ReplicaIdentity.KeyFile],
            f => Assert.Contains($"LoadCredential={f}:", unit, StringComparison.Ordinal));
    }

    internal static string Find(string name)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "PmemTyped.sln")))
            {
                return Path.Combine(at.FullName, name);
            }
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }

    private static string Told(ToolRun run) => string.Join(
        '\n', run.Error.Split('\n').Where(l => l.Contains(Unit, StringComparison.Ordinal)));

    // The program must exist for systemd to look further.
    private async Task<string> UnitWithProgram()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Deploy, Unit));
        string path = _directory.File(Unit);
        await File.WriteAllTextAsync(path, text.Replace("/usr/local/bin/pmt", "/bin/true", StringComparison.Ordinal));
        return path;
    }

    [GeneratedRegex(@"ExecStart=/usr/local/bin/pmt (.+)")]
    private static partial Regex StartedByUnit();

    [GeneratedRegex(@"ENTRYPOINT \[""dotnet"", ""/opt/pmt/pmt.dll"", (.+)\]")]
    private static partial Regex StartedByContainer();
}
