using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace PmemTyped.Analyzers.Tests;

/// <summary>A fix makes its finding disappear, brings no other of ours, and leaves the rest of the text alone.</summary>
public class FixTests
{
    // Said on purpose, whatever is fixed: the layouts of the cases are in no lock file.
    private static readonly string[] s_ignored = ["PMT4001", "PMT3007"];

    public static TheoryData<string, string> Bodies => Rows(FixCases.Bodies.Select(c => (c.Id, c.Name)));

    public static TheoryData<string, string> Types => Rows(FixCases.Types.Select(c => (c.Id, c.Name)));

    public static TheoryData<string, string> Refused => Rows(RefusedFixCases.All.Select(c => (c.Id, c.Name)));

    public static TheoryData<string> Fixed => ["PMT1001", "PMT1004", "PMT2001", "PMT3007", "PMT0004", "PMT0018"];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_is_fixed(string id, string name)
    {
        var row = FixCases.Bodies.Single(c => c.Id == id && c.Name == name);

        var (text, left, solution) = await FixRun.ApplyAsync(InMethod(row.Before), id, row.Action);

        Assert.Equal(InMethod(row.After), text.ReplaceLineEndings("\n"));
        Assert.Equal(row.Before == row.After ? [id] : [], left.Except(s_ignored));
        Assert.Empty(await FixRun.ErrorsAsync(solution));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_type_is_fixed(string id, string name)
    {
        var row = FixCases.Types.Single(c => c.Id == id && c.Name == name);

        var (text, left, solution) = await FixRun.ApplyAsync(AnalyzerRun.Usings + row.Before, id);

        Assert.Equal(AnalyzerRun.Usings + row.After, text.ReplaceLineEndings("\n"));
        Assert.Empty(left.Except(s_ignored));
        Assert.Empty(await FixRun.ErrorsAsync(solution));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_fix_that_would_do_harm_is_not_offered(string id, string name)
    {
        string source = AnalyzerRun.Usings + RefusedFixCases.All.Single(c => c.Id == id && c.Name == name).Source;

        var (text, left, _) = await FixRun.ApplyAsync(source, id);

        Assert.Equal(source, text.ReplaceLineEndings("\n"));
        Assert.Contains(id, left);
    }

    [Theory]
    [MemberData(nameof(Fixed))]
    public async Task Fix_all_repairs_a_whole_document(string id)
    {
        string body = id switch
        {
            "PMT1001" => "a.Id = 1;\n        b.Id = 2;\n        if (c)\n        {\n            m.Key = 3;\n        }",
            "PMT1004" => "a.Id = 1;\n        a.Sequence++;\n        a.Persist();\n        b.Id = 1;\n        b.Sequence++;\n        b.Persist();",
            "PMT2001" => "a.Persist();\n        a.Persist();\n        b.Persist();\n        b.Persist();",
            "PMT3007" => "a.DangerousValue.Id = 1;\n        a.DangerousValue.Flags = 2;\n        a.Persist();",
            _ => "",
        };
        string types = id switch
        {
            "PMT0004" => "[PersistentLayout(\"s\")] partial struct S { public nint A; public nint B; public long C; }",
            "PMT0018" => "[PersistentLayout(\"s\")] partial struct S { public long A { get; set; } public long B { get; set; } }",
            _ => "",
        };

        var (_, left, _) = await FixRun.ApplyAllAsync([InMethod(body) + types], id, FixAllScope.Document);

        Assert.Empty(left[0].Except(s_ignored));
    }

    [Fact]
    public void Every_fix_has_a_case()
    {
        string[] tested = [.. FixCases.Bodies.Select(c => c.Id).Concat(FixCases.Types.Select(c => c.Id)).Concat(LockFileTests.Fixed)];

        Assert.Empty(FixRun.FixableIds.Except(tested));
    }

    private static TheoryData<string, string> Rows(IEnumerable<(string Id, string Name)> rows)
    {
        var data = new TheoryData<string, string>();
        foreach (var (id, name) in rows)
        {
            data.Add(id, name);
        }

        return data;
    }

    private static string InMethod(string body) => AnalyzerRun.Usings + $$"""
        using PmemTyped.Mapping;

        public static class Case
        {
            public static void M(Persistent<Account> a, Persistent<Account> b, Persistent<Node> m, PmemMapLease l, bool c, int n)
            {
                {{body}}
            }
        }

        """;
}
