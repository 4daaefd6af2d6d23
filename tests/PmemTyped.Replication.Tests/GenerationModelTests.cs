using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Tests.Model;
using Xunit.Abstractions;

namespace PmemTyped.Replication.Tests;

/// <summary>
/// Three copies in every order of cut, heal, crash, restart, write, exclusion, resync and promotion up to a bound: no write that
/// was acknowledged is lost, and there are never two writers of one epoch. A nightly run looks further
/// (PMEMTYPED_MODEL_DEPTH=n steps).
/// </summary>
public sealed class GenerationModelTests(ITestOutputHelper output)
{
    private const string DepthVariable = "PMEMTYPED_MODEL_DEPTH";
    private static readonly int s_depth = int.TryParse(Environment.GetEnvironmentVariable(DepthVariable), out int depth) ? depth : 7;
    private static readonly ModelBudget s_budget = new(Cuts: 2, Crashes: 2, Promotions: 2, Opens: 2, Syncs: 3, Forces: 0);

    [Theory]
    [InlineData("All", 3, 0)]
    [InlineData("Quorum", 2, 0)]
    [InlineData("Quorum, by force", 2, 1)]
    public void No_acknowledged_write_is_lost_and_no_epoch_has_two_writers(string policy, int least, int forces)
    {
        var search = new ModelSearch(new GenerationModel(ModelRule.None));

        search.Run(Attached(least, s_budget with { Forces = forces }, writes: 2), s_depth - forces);

        output.WriteLine(FormattableString.Invariant($"{policy}: {search.States} states, {search.Steps} steps, depth {search.Depth}"));
        Assert.True(search.Violation is null, search.Violation);
        Assert.True(search.States > 10_000, FormattableString.Invariant($"only {search.States} states"));
    }

    // Of less, everything: as many steps as there are.
    [Theory]
    [InlineData(2, 0, 1, 1, 1, 1)]
    [InlineData(2, 1, 0, 1, 1, 1)]
    [InlineData(3, 0, 1, 1, 1, 1)]
    public void What_can_happen_is_explored_to_its_end(int least, uint cuts, uint crashes, uint promotions, uint opens, int syncs)
    {
        var search = new ModelSearch(new GenerationModel(ModelRule.None));

        search.Run(Attached(least, new ModelBudget(cuts, crashes, promotions, opens, syncs, Forces: 0), writes: 1), int.MaxValue);

        output.WriteLine(FormattableString.Invariant($"{search.States} states, {search.Steps} steps, depth {search.Depth}"));
        Assert.True(search.Violation is null, search.Violation);
        Assert.True(search.States > 1000, FormattableString.Invariant($"only {search.States} states"));
    }

    // Each with no more to happen than it takes.
    [Theory]
    [InlineData(ModelRule.Fence, 1, 0, 1, 1, 0)]
    [InlineData(ModelRule.RisingPromises, 0, 1, 1, 2, 1)]
    [InlineData(ModelRule.EnoughPromises, 1, 0, 1, 2, 1)]
    [InlineData(ModelRule.NewestOnly, 1, 1, 1, 1, 0)]
    [InlineData(ModelRule.GenerationFirst, 1, 1, 1, 1, 0)]
    [InlineData(ModelRule.MembersFirst, 1, 1, 1, 1, 0)]
    [InlineData(ModelRule.WholeOnly, 0, 2, 1, 2, 1)]
    [InlineData(ModelRule.FillAfterCrash, 0, 1, 0, 1, 1)]
    [InlineData(ModelRule.OffTheListFirst, 0, 2, 1, 2, 1)]
    [InlineData(ModelRule.OthersResyncIsFull, 0, 2, 1, 2, 2)]
    public void Leaving_out_a_rule_is_noticed(
        ModelRule rule, uint cuts, uint crashes, uint promotions, uint opens, int syncs)
    {
        const int MaxDepth = 18;
        var search = new ModelSearch(new GenerationModel(rule));

        search.Run(Attached(least: 2, new ModelBudget(cuts, crashes, promotions, opens, syncs, Forces: 0), writes: 2), MaxDepth);

        output.WriteLine(FormattableString.Invariant($"{search.States} states: {search.Violation}"));
        Assert.True(search.Violation is not null, FormattableString.Invariant($"not needed in {search.States} states"));
    }

    // Copy 1 writes, both others are attached and equal.
    private static ModelState Attached(int least, ModelBudget budget, int writes)
    {
        var set = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        ReplicaMetadata primary = GenerationRules.NewSet(copies: 3, least, nowSeconds: 0) with
        {
            SetUuid = set,
            Generation = new Guid(1, 0, 0, new byte[8]),
            PromisedEpoch = GenerationRules.NextEpoch(0, 1),
        };
        primary = GenerationRules.Opened(in primary);
        ReplicaMetadata[] copies = [primary, .. new[] { 2, 3 }.Select(number =>
            GenerationRules.Syncing(in primary, new ReplicaMetadata { PromisedEpoch = primary.PromisedEpoch }, number))];
        for (int i = 1; i < 3; i++)
        {
            primary = GenerationRules.Returned(in primary, i + 1);
        }

        copies[0] = primary;
        copies[1] = GenerationRules.Synced(in primary, in copies[1]);
        copies[2] = GenerationRules.Synced(in primary, in copies[2]);
        ModelState state = ModelState.Of(copies, budget, writes);
        ModelNode writer = state.Nodes[0];
        writer.IsWriter = true;
        writer.Epoch = primary.PromisedEpoch;
        writer.Attached = GenerationRules.Bit(2) | GenerationRules.Bit(3);
        state.Epochs.Add((writer.Epoch, 0));
        return state;
    }
}
