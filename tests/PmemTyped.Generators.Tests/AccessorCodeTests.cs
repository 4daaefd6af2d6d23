using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

/// <summary>
/// What the JIT makes of accessors: the same instructions as of a raw pointer. A program with both is compiled and run by a
/// process of its own, which writes its machine code down.
/// </summary>
public sealed partial class AccessorCodeTests
{
    private const string Program = """
        [PersistentLayout("inner")] public partial struct Inner { public int X; public int Y; }
        public enum Kind : ushort { None }
        [PersistentLayout("shape", Alignment = 64)]
        public partial struct Shape
        {
            public long Eight; public int Pad; public int Four; public Inner Inner; public float Single; public Kind Kind; public short Small;
            [PublishField] public ulong Sequence;
            public partial DateTime At { readonly get; set; }
            public partial bool Done { readonly get; set; }
            public partial byte R1 { get; set; }
            public partial short R2 { get; set; }
            public partial int R4 { get; set; }
        }
        public static unsafe class Code
        {
            public static long GetEight(Persistent<Shape> c) => c.Eight;
            public static long RawGetEight(Shape* c) => c->Eight;
            public static void SetEight(Persistent<Shape> c, long v) => c.Eight = v;
            public static void RawSetEight(Shape* c, long v) => c->Eight = v;
            public static int GetFour(Persistent<Shape> c) => c.Four;
            public static int RawGetFour(Shape* c) => c->Four;
            public static void SetFour(Persistent<Shape> c, int v) => c.Four = v;
            public static void RawSetFour(Shape* c, int v) => c->Four = v;
            public static ulong GetPublish(Persistent<Shape> c) => c.Sequence;
            public static ulong RawGetPublish(Shape* c) => System.Threading.Volatile.Read(ref c->Sequence);
            public static void SetPublish(Persistent<Shape> c, ulong v) => c.Sequence = v;
            public static void RawSetPublish(Shape* c, ulong v) => System.Threading.Volatile.Write(ref c->Sequence, v);
            public static int GetNested(Persistent<Shape> c) => c.Inner.Y;
            public static int RawGetNested(Shape* c) => c->Inner.Y;
            public static void SetNested(Persistent<Shape> c, int v) { var inner = c.Inner; inner.Y = v; }
            public static void RawSetNested(Shape* c, int v) => c->Inner.Y = v;
            public static float GetFloat(Persistent<Shape> c) => c.Single;
            public static float RawGetFloat(Shape* c) => c->Single;
            public static void SetFloat(Persistent<Shape> c, float v) => c.Single = v;
            public static void RawSetFloat(Shape* c, float v) => c->Single = v;
            public static Kind GetEnum(Persistent<Shape> c) => c.Kind;
            public static Kind RawGetEnum(Shape* c) => c->Kind;
            public static void SetEnum(Persistent<Shape> c, Kind v) => c.Kind = v;
            public static void RawSetEnum(Shape* c, Kind v) => c->Kind = v;
            public static int GetReader(ReadOnlyPersistent<Shape> c) => c.Four;
            public static bool GetBool(Persistent<Shape> c) => c.Done;
            public static void SetBool(Persistent<Shape> c, bool v) => c.Done = v;
            public static DateTime GetDate(Persistent<Shape> c) => c.At;
            public static void SetDate(Persistent<Shape> c, DateTime v) => c.At = v;

            public static void Main()
            {
                foreach (var m in typeof(Code).GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.DeclaredOnly))
                {
                    System.Runtime.CompilerServices.RuntimeHelpers.PrepareMethod(m.MethodHandle);
                }
            }
        }
        """;

    private static readonly Lazy<Dictionary<string, string[]>> s_code = new(Disassemble);

    [X64Theory]
    [InlineData("GetEight")]
    [InlineData("SetEight")]
    [InlineData("GetFour")]
    [InlineData("SetFour")]
    [InlineData("GetPublish")]
    [InlineData("SetPublish")]
    [InlineData("GetFloat")]
    [InlineData("SetFloat")]
    [InlineData("GetEnum")]
    public void An_accessor_is_the_code_of_a_raw_pointer(string method)
    {
        Assert.Equal(Operations(s_code.Value["Raw" + method]), Operations(s_code.Value[method]));
    }

    // A cursor onto a nested layout adds its offset in an instruction of its own, and a narrow value is widened first.
    [X64Theory]
    [InlineData("GetNested")]
    [InlineData("SetNested")]
    [InlineData("SetEnum")]
    public void An_accessor_through_a_nested_cursor_or_of_a_narrow_enum_takes_one_instruction_more_at_most(string method)
    {
        int raw = Operations(s_code.Value["Raw" + method]).Length;

        Assert.InRange(Operations(s_code.Value[method]).Length, raw, raw + 1);
    }

    [X64Theory]
    [InlineData("GetEight")]
    [InlineData("SetEight")]
    [InlineData("GetFour")]
    [InlineData("SetFour")]
    [InlineData("GetPublish")]
    [InlineData("SetPublish")]
    [InlineData("GetNested")]
    [InlineData("SetNested")]
    [InlineData("GetFloat")]
    [InlineData("SetFloat")]
    [InlineData("GetEnum")]
    [InlineData("SetEnum")]
    [InlineData("GetReader")]
    [InlineData("GetBool")]
    [InlineData("SetBool")]
    [InlineData("GetDate")]
    [InlineData("SetDate")]
    public void An_accessor_touches_the_object_once(string method)
    {
        string[] code = s_code.Value[method];

        string touch = Assert.Single(code, line => line.Contains(" ptr [", StringComparison.Ordinal) && !IsOfStack(line));
        bool isStore = touch.IndexOf(" ptr [", StringComparison.Ordinal) < touch.IndexOf(',', StringComparison.Ordinal) && !touch.StartsWith("cmp", StringComparison.Ordinal);
        Assert.Equal(method.StartsWith("Set", StringComparison.Ordinal), isStore);
    }

    // What fetches the cursor from where the caller left it says nothing of the access; neither do names of registers.
    private static string[] Operations(string[] code) =>
        [.. code.Where(l => !IsOfStack(l)).Select(l => Register().Replace(l, "r"))];

    private static bool IsOfStack(string line) =>
        line.Contains("[rsp", StringComparison.Ordinal) || line.Contains("[rbp", StringComparison.Ordinal)
        || line.StartsWith("push", StringComparison.Ordinal) || line.StartsWith("pop", StringComparison.Ordinal)
        || line.EndsWith("rbp, rsp", StringComparison.Ordinal) || line.Contains(" rsp, ", StringComparison.Ordinal)
        || line.StartsWith("vzeroupper", StringComparison.Ordinal);

    private static Dictionary<string, string[]> Disassemble()
    {
        using var directory = TempDirectory.CreateInMemory();
        string listing = directory.File("code.txt");
        Build(directory);
        var start = new ProcessStartInfo("dotnet", ["exec", directory.File("Code.dll")])
        {
            Environment =
            {
                ["DOTNET_JitDisasm"] = "*Get* *Set*",
                ["DOTNET_JitStdOutFile"] = listing,
                ["DOTNET_TieredCompilation"] = "0",
                ["DOTNET_JitDisasmDiffable"] = "1",
            },
        };
        using Process process = Process.Start(start)!;
        Assert.True(process.WaitForExit(60_000), "the program did not end");
        Assert.Equal(0, process.ExitCode);
        return Parse(File.ReadAllLines(listing));
    }

    private static void Build(TempDirectory directory)
    {
        CSharpCompilation compilation = GeneratorRun.Compile(Program).WithAssemblyName("Code");
        compilation = compilation.WithOptions(compilation.Options
            .WithOutputKind(OutputKind.ConsoleApplication).WithAllowUnsafe(true).WithOptimizationLevel(OptimizationLevel.Release)
            .WithGeneralDiagnosticOption(ReportDiagnostic.Default)
            .WithSpecificDiagnosticOptions([new("CS0282", ReportDiagnostic.Suppress)]));
        GeneratorRun.Driver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out _);
        var result = complete.Emit(directory.File("Code.dll"));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        foreach (string library in Directory.EnumerateFiles(AppContext.BaseDirectory, "PmemTyped.*.dll"))
        {
            File.Copy(library, directory.File(Path.GetFileName(library)));
        }

        string version = Environment.Version.ToString();
        File.WriteAllText(
            directory.File("Code.runtimeconfig.json"),
            $$"""{ "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App", "version": "{{version}}" } } }""");
    }

    private static Dictionary<string, string[]> Parse(string[] lines)
    {
        var methods = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? current = null;
        foreach (string line in lines)
        {
            if (Head().Match(line) is { Success: true } head)
            {
                current = methods[head.Groups[1].Value] = [];
            }
            else if (line.StartsWith("       ", StringComparison.Ordinal) && current is not null)
            {
                current.Add(Blanks().Replace(line.Trim(), " "));
            }
        }

        return methods.ToDictionary(m => m.Key, m => m.Value.ToArray(), StringComparer.Ordinal);
    }

    [GeneratedRegex(@"; Assembly listing for method Code:(\w+)\(")]
    private static partial Regex Head();

    [GeneratedRegex(@"\b([re]?[abcd]x|[re]?[sd]i|[abcd]l|[sd]il|r\d+[dwb]?)\b")]
    private static partial Regex Register();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}

/// <summary>The listing of machine code is read as that of x64.</summary>
internal sealed class X64TheoryAttribute : TheoryAttribute
{
    public X64TheoryAttribute()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Skip = "the test reads x64 machine code, and this is " + RuntimeInformation.ProcessArchitecture;
        }
    }
}
