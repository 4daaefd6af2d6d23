using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Tests;

/// <summary>The rules about stores know mapped properties as they know fields.</summary>
public class MappedRuleTests
{
    private const string Layout = """
        [PersistentLayout("order", Alignment = 64)]
        public partial struct Order
        {
            public partial DateTime At { readonly get; set; }
            public partial bool? IsPaid { readonly get; set; }
            [Reserved] private partial short Rest { get; set; }
            [AtomicGroup("t")] public partial int Debit { get; set; }
            [PublishField] public partial ulong Sequence { readonly get; set; }
            [Reserved] private partial long Rest2 { get; set; }
            [Reserved] private partial Guid Rest3 { get; set; }
            [Reserved] private partial Guid Rest4 { get; set; }
        }

        """;

    [Theory]
    [InlineData("o.At = at; o.IsPaid = null; o.Persist(Order.FieldSet.At | Order.FieldSet.IsPaid); o.Sequence++; o.Persist(Order.FieldSet.Sequence);")]
    [InlineData("using var s = o.BeginPersist(); o.At = at;")]
    [InlineData("var copy = o.Value; copy.At = at; {|PMT1007:o.StoreAll(in copy)|}; o.Persist();")]
    [InlineData("{|PMT1001:o.At = at|};")]
    [InlineData("{|PMT1001:o.At = at|}; o.Persist(Order.FieldSet.IsPaid);")]
    [InlineData("o.At = at; {|PMT1004:o.Sequence++|}; o.Persist();")]
    public async Task A_mapped_property_is_a_field_to_the_rules(string body) =>
        await AnalyzerRun.VerifyAsync(Layout + "public static class C { public static void M(Persistent<Order> o, DateTime at) { " + body + " } }");

    [Fact]
    public async Task A_property_that_the_user_implements_is_none() => await AnalyzerRun.VerifyAsync("""
        [PersistentLayout("own")] public partial struct Own { public int A; public partial int B { get; set; } }
        public partial struct Own { public partial int B { get => A; set => A = value; } }
        """);
}
