namespace PmemTyped.Mapping.Tests;

/// <summary>A program asks for a version before it starts.</summary>
public sealed class PmemApiTests
{
    public static TheoryData<string> Offered => ["mapping", "blocks"];

    public static TheoryData<string> Missing => ["remote"];

    [Theory]
    [MemberData(nameof(Offered))]
    public void An_equal_major_and_a_minor_that_is_reached_are_offered(string family)
    {
        PmemApi api = Named(family);
        Assert.Equal((1, 1), (api.Major, api.Minor));
        Assert.Null(api.Check(1, 0));
        Assert.Null(api.Check(1, 1));
        api.Require(1, 0);
        api.Require(1, 1);
    }

    [Theory]
    [InlineData(0, 0, "major mismatch")]
    [InlineData(2, 0, "major mismatch")]
    [InlineData(2, 5, "major mismatch")]
    [InlineData(int.MaxValue, 1, "major mismatch")]
    [InlineData(1, 2, "minor mismatch")]
    [InlineData(1, int.MaxValue, "minor mismatch")]
    public void A_mismatch_names_both_versions(int major, int minor, string mismatch)
    {
        foreach (PmemApi api in new[] { PmemApi.Mapping, PmemApi.Blocks })
        {
            string? text = api.Check(major, minor);
            Assert.Contains(api.Name, text, StringComparison.Ordinal);
            Assert.Contains(mismatch, text, StringComparison.Ordinal);
            Assert.Contains(FormattableString.Invariant($"{major}.{minor} is required, 1.1 is offered"), text, StringComparison.Ordinal);

            var refusal = Assert.Throws<PmemVersionException>(() => api.Require(major, minor));
            Assert.Equal(text, refusal.Message);
            Assert.Equal(
                (api.Name, new Version(major, minor), new Version(1, 1)),
                (refusal.Family, refusal.Required, refusal.Offered));
        }
    }

    [Theory]
    [MemberData(nameof(Missing))]
    public void A_family_that_is_not_there_yet_refuses_every_version_and_says_so(string family)
    {
        PmemApi api = Named(family);
        foreach (int major in new[] { 0, 1 })
        {
            Assert.Contains($"does not offer '{family}' yet", api.Check(major, 0), StringComparison.Ordinal);
            Assert.Equal(new Version(0, 0), Assert.Throws<PmemVersionException>(() => api.Require(major, 0)).Offered);
        }
    }

    [Fact]
    public void Sets_have_the_number_of_the_library_that_never_became_1()
    {
        Assert.Null(PmemApi.Sets.Check(0, 1));
        Assert.Contains("major mismatch", PmemApi.Sets.Check(1, 0), StringComparison.Ordinal);
        Assert.Contains("minor mismatch", PmemApi.Sets.Check(0, 2), StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_are_not_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemApi.Mapping.Check(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemApi.Mapping.Check(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemApi.Sets.Require(1, -1));
    }

    private static PmemApi Named(string family) =>
        new[] { PmemApi.Mapping, PmemApi.Blocks, PmemApi.Sets, PmemApi.Remote }.Single(api => api.Name == family);
}
