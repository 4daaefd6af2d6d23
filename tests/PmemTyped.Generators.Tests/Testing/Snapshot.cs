using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace PmemTyped.Testing;

/// <summary>
/// Compares what a generator wrote with verified files beside the test. Names and life cycle follow the convention
/// that .NET snapshot tools share: <c>Class.Method[_text]#HintName.verified.cs</c>, and <c>.received.</c> on mismatch.
/// PMEMTYPED_ACCEPT=1 rewrites the verified files.
/// </summary>
public static class Snapshot
{
    public static SnapshotTask Verify(
        GeneratorDriver driver, [CallerFilePath] string sourceFile = "", [CallerMemberName] string method = "") =>
        new(() => TargetsOf(driver.GetRunResult()), sourceFile, method);

    public static SnapshotTask Verify(
        string text,
        string extension = "txt",
        [CallerFilePath] string sourceFile = "",
        [CallerMemberName] string method = "") =>
        new(() => [new SnapshotTarget("", extension, text)], sourceFile, method);

    private static List<SnapshotTarget> TargetsOf(GeneratorDriverRunResult run)
    {
        var targets = new List<SnapshotTarget>();
        foreach (GeneratorRunResult result in run.Results)
        {
            if (result.Exception is { } failure)
            {
                throw new InvalidOperationException("The generator threw.", failure);
            }

            targets.AddRange(result.GeneratedSources.Select(s => new SnapshotTarget(
                Path.GetFileNameWithoutExtension(s.HintName), "cs", $"//HintName: {s.HintName}\n{s.SourceText}")));
        }

        if (!run.Diagnostics.IsEmpty)
        {
            string text = string.Join(
                '\n', run.Diagnostics.Select(d => $"{d.Id} {d.Severity} {d.GetMessage(CultureInfo.InvariantCulture)}"));
            targets.Add(new SnapshotTarget("", "txt", text));
        }

        return targets;
    }
}
