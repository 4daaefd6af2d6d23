namespace PmemTyped.Analyzers.Tests;

/// <summary>The flow analysis over each construct of the language that a store can lie in.</summary>
public class DurabilityRuleTests
{
    public static TheoryData<string> Bodies => [.. DurabilityCases.All.Select(c => c.Name)];

    public static TheoryData<string> Members => [.. DurabilityCases.Members.Select(c => c.Name)];

    private static readonly RowBatch s_bodies = new(DurabilityCases.All.Select(c => InClass(
        "public static void M(Persistent<Account> a, Persistent<Account> b, Persistent<Node> m, PmemMapLease l, bool c, int n) { "
        + c.Body + " }")));

    private static readonly RowBatch s_members = new(DurabilityCases.Members.Select(c => InClass(c.Members)));

    private static readonly RowBatch s_runtime = new(RuntimeCases.All.Select(c => InClass(c.Members)));

    private static readonly RowBatch s_access = new(AccessCases.All.Select(c => InClass(c.Members)));

    public static TheoryData<string> Runtime => [.. RuntimeCases.All.Select(c => c.Name)];

    public static TheoryData<string> Access => [.. AccessCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Access))]
    public async Task Access_is_judged_as_marked(string name) =>
        await s_access.VerifyAsync(Array.FindIndex(AccessCases.All, c => c.Name == name));

    [Theory]
    [MemberData(nameof(Runtime))]
    public async Task The_types_of_the_runtime_are_judged_as_marked(string name) =>
        await s_runtime.VerifyAsync(Array.FindIndex(RuntimeCases.All, c => c.Name == name));

    [Theory]
    [InlineData("PMT1010", "public static void A(Persistent<Account> a, bool c) { {|PMT1010:a.Id = 1|}; if (c) { throw new InvalidOperationException(); } a.Persist(); }")]
    [InlineData("PMT1010", "public static void A(Persistent<Account> a, bool c) { using (a.BeginPersist()) { a.Id = 1; if (c) { throw new InvalidOperationException(); } } }")]
    [InlineData("PMT1014", "public static void A(Persistent<Account> a) { {|PMT1014:a.Id = 1|}; a.Id = 2; a.Persist(); }")]
    [InlineData("PMT1014", "public static void A(Persistent<Account> a, bool c) { if (c) { a.Id = 1; } a.Id = 2; a.Id++; a.Persist(); }")]
    public async Task A_rule_that_is_off_speaks_when_it_is_turned_on(string rule, string members) =>
        await AnalyzerRun.VerifyAsync(InClass(members), rule);

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_is_judged_as_marked(string name) =>
        await s_bodies.VerifyAsync(Array.FindIndex(DurabilityCases.All, c => c.Name == name));

    [Theory]
    [MemberData(nameof(Members))]
    public async Task Members_are_judged_as_marked(string name) =>
        await s_members.VerifyAsync(Array.FindIndex(DurabilityCases.Members, c => c.Name == name));

    internal static string InClass(string members) => $$"""
        using System.Threading.Tasks;
        using PmemTyped.Mapping;
        using PmemTyped.Replication;

        partial class Case
        {
            public delegate void Setter(Persistent<Account> p);
            static readonly object s_gate = new();
            static readonly long? s_maybe;
            static readonly PmemMap s_map = null!;
            {{members}}
        }

        partial class Case { private static void Elsewhere(Persistent<Account> p) => p.Id = 1; }

        static class More { [LeavesUnpersisted] public static void Reset([LeavesUnpersisted] this Persistent<Account> p) => p.Id = 0; }
        """;
}
