using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>A configuration is understood as a whole, or nothing is started and the line is named.</summary>
public sealed class TargetConfigTests : IDisposable
{
    private const string Rights = "\"rights\": [ { \"identity\": \"local\", \"may\": [ \"all\" ] } ]";
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("{\n  \"pools\": \".\",\n  \"pols\": 1\n}", "line 3: pols is not understood: ")]
    [InlineData("{\n  \"pools\": \".\",\n  \"pools\": \".\"\n}", "line 3")]
    [InlineData("{\n  \"pools\": \".\",\n  \"rights\": [ {\n    \"identity\": \"a\",\n    \"may\": [ \"fly\" ] } ]\n}", "line 5: rights[0].may[0] is not understood")]
    [InlineData("{\n  \"pools\": \".\",\n  \"rights\": [],\n  \"limits\": { \"lanes\": \"many\" }\n}", "line 4: limits.lanes is not understood")]
    [InlineData("{\n  \"pools\": \".\",\n  \"rights\": [],\n  \"limits\": { \"lines\": 7 }\n}", "line 4: limits.lines is not understood")]
    [InlineData("{\n  \"pools\": null\n}", "line 2: pools is not understood")]
    [InlineData("{\n  \"pools\": \".\"\n}", "rights")]
    [InlineData("{\n  \"pools\": \".\",\n", "line 3")]
    [InlineData("null", "line 1: an object is expected")]
    [InlineData("{\n  \"pools\": \".\",\n  \"rights\": [],\n  \"listen\": [ { \"transport\": 1 } ]\n}", "line 4: listen[0].transport is not understood")]
    public void What_is_not_understood_is_an_error_with_its_line(string text, string because) => Refused(text, because);

    [Theory]
    [InlineData("\"listen\": []", "nobody can reach a target")]
    [InlineData("\"listen\": [ { \"transport\": \"unix\" } ]", "a place of unix has a 'path'")]
    [InlineData("\"listen\": [ { \"transport\": \"tcp\", \"path\": \"x\" } ]", "a place of tcp or tls has an 'address'")]
    [InlineData("\"listen\": [ { \"transport\": \"tcp\", \"address\": \"here\" } ]", "'here' is no address")]
    [InlineData("\"listen\": [ { \"transport\": \"tcp\", \"address\": \"0.0.0.0:1\" } ]", "would let anybody in")]
    [InlineData("\"listen\": [ { \"transport\": \"tls\", \"address\": \"127.0.0.1:0\", \"trusted\": true } ]", "'trusted' is for tcp alone")]
    [InlineData("\"listen\": [ { \"transport\": \"tls\", \"address\": \"127.0.0.1:0\" } ]", "tls needs 'identity'")]
    [InlineData("\"listen\": [ { \"transport\": \"tls\", \"address\": \"127.0.0.1:0\" } ], \"identity\": \"none\"", "none")]
    [InlineData("\"listen\": [ { \"transport\": \"tcp\", \"address\": \"127.0.0.1:0\" } ], \"limits\": { \"sessionMs\": 0 }", "'sessionMs' is longer than zero")]
    [InlineData("\"listen\": [ { \"transport\": \"tcp\", \"address\": \"127.0.0.1:0\" } ], \"limits\": { \"frameBytes\": 16 }", "A limit is too small")]
    public void What_makes_no_sense_is_an_error(string more, string because) =>
        Refused($"{{ \"pools\": \".\", {Rights}, {more} }}", because);

    [Fact]
    public void A_directory_of_pools_that_is_missing_and_a_place_that_is_taken_are_errors()
    {
        const string Place = "\"listen\": [ { \"transport\": \"unix\", \"path\": \"socket\" } ]";
        Refused($"{{ \"pools\": \"missing\", {Rights}, {Place} }}", "does not exist");
        File.WriteAllText(_directory.File("socket"), "no socket");
        Refused($"{{ \"pools\": \".\", {Rights}, {Place} }}", "Cannot listen at unix:");
        Assert.Equal("no socket", File.ReadAllText(_directory.File("socket")));
    }

    [Theory]
    [InlineData("\"maxPools\": -1", "A limit is too small")]
    [InlineData("\"maxBytes\": -1", "A limit is too small")]
    [InlineData("\"maxBytes\": \"1G\"", "rights[0].maxBytes is not understood")]
    public void A_quota_is_a_number_of_pools_or_bytes(string quota, string because) => Refused(
        $"{{ \"pools\": \".\", \"rights\": [ {{ \"identity\": \"local\", \"may\": [ \"all\" ], {quota} }} ], "
        + "\"listen\": [ { \"transport\": \"tcp\", \"address\": \"127.0.0.1:0\" } ] }", because);

    [Fact]
    public void A_configuration_that_is_missing_is_an_error() =>
        ToolRun.Of("target", "serve", "--config", _directory.File("none")).AssertCouldNot("none");

    // A mistake of the test would serve for ever; the hold is released before it begins.
    private void Refused(string text, string because)
    {
        string path = _directory.File("target.json");
        File.WriteAllText(path, text);
        var hold = new InterruptHold();
        hold.Request();
        ToolRun.Of(() => Stream.Null, hold, "target", "serve", "--config", path).AssertCouldNot(because);
    }
}
