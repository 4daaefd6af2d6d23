using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

/// <summary>The examples of the README and of other pages compile, without warnings, and run.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void The_first_example_keeps_a_record()
    {
        using var directory = TempDirectory.CreateInMemory();
        Assert.Equal("7: Ada has 100\n", Output(Example(0), directory));
        using BlockPool<TestAccount> pool = BlockPool<TestAccount>.Open(directory.File("accounts.pool"));
        Assert.Equal((7L, 100L, "Ada"), (pool[7].Id, pool[7].Balance, pool[7].Owner.ToString()));
    }

    [Fact]
    public void The_second_example_changes_an_object_in_place()
    {
        using var directory = TempDirectory.CreateInMemory();
        Assert.Matches("^(volatile|page granularity|cache-line granularity)", Output(Example(1), directory));
        Assert.Equal(1, BitConverter.ToInt64(File.ReadAllBytes(directory.File("state.bin"))));
    }

    [Fact]
    public void The_third_example_changes_two_objects_at_once()
    {
        using var directory = TempDirectory.CreateInMemory();
        Assert.Equal("job 17\n", Output(Example(2), directory));
    }

    [Fact]
    public void The_fourth_example_writes_blocks()
    {
        using var directory = TempDirectory.CreateInMemory();
        Assert.Equal("Normal, 512 bytes\n", Output(Example(3), directory));
        using BlockPool pool = BlockPool.Open(directory.File("raw.pool"));
        Assert.All((long[])[1, 2, 3, 4, 5, 7], block => Assert.Equal(BlockState.Normal, pool.GetState(block)));
    }

    [Fact]
    public void The_fifth_example_stores_bytes()
    {
        using var directory = TempDirectory.CreateInMemory();
        Assert.Matches("^(volatile|page granularity|cache-line granularity)", Output(Example(4), directory));
        Assert.StartsWith("first line\n\0", File.ReadAllText(directory.File("log.bin")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_examples_of_evolving_layouts_migrate_a_pool()
    {
        using var directory = TempDirectory.CreateInMemory();
        const string Page = "docs/evolving-layouts.md";
        Assert.Equal("500\n", Output(Example(0, Page), directory));
        Assert.Equal("7000\n499 migrated, complete: True\n499000\n", Output(Example(1, Page), directory));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_examples_of_typed_layouts_keep_what_they_store(int index)
    {
        using var directory = TempDirectory.CreateInMemory();

        Assert.Equal("True\n", Output(Example(index, "docs/typed-layouts.md"), directory));
    }

    private static string Example(int index, string page = "README.md", [CallerFilePath] string thisFile = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", page);
        return Fence().Matches(File.ReadAllText(path))[index].Groups[1].Value;
    }

    // File names of the examples are moved into the test's directory.
    private static string Output(string example, TempDirectory directory)
    {
        string source = FileName().Replace(
            example, match => $"@\"{directory.File(match.Groups[1].Value)}\"");
        CSharpCompilation compilation = GeneratorRun.Compile(source);
        compilation = compilation.WithOptions(compilation.Options.WithOutputKind(OutputKind.ConsoleApplication)
            .WithSpecificDiagnosticOptions(
            [
                new("CS0649", ReportDiagnostic.Suppress),
                new("CS8019", ReportDiagnostic.Suppress),
                new("CS0105", ReportDiagnostic.Suppress),
                new("CS1591", ReportDiagnostic.Suppress),
            ]));
        GeneratorRun.Driver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out _);
        using var assembly = new MemoryStream();
        var result = complete.Emit(assembly);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        MethodInfo main = Assembly.Load(assembly.ToArray()).EntryPoint!;
        TextWriter before = Console.Out;
        using var output = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);
        try
        {
            // A main that awaits returns through a wrapper of the compiler, which waits.
            main.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(before);
        }

        return output.ToString();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("\"([a-z]+\\.(?:pool|bin|region))\"")]
    private static partial Regex FileName();
}

/// <summary>The layout of the first example, declared once more.</summary>
[PersistentLayout("bank.account")]
public partial struct TestAccount
{
    public long Id;
    public long Balance;
    public TestOwnerName Owner;
}

[Utf8Text(32)]
public partial struct TestOwnerName;
