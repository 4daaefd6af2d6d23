using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class InfoVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public static TheoryData<string> Names => [.. GoldenPool.All.Select(p => p.Name)];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Json_holds_every_fact_of_the_description(string name)
    {
        string path = GoldenPool.Named(name).Extract(_directory);
        BlockPoolDescription pool = BlockPool.Describe(path);
        JsonElement json = Json(path);

        Assert.Equal(path, json.GetProperty("path").GetString());
        Assert.Equal(pool.PoolBytes, json.GetProperty("poolBytes").GetInt64());
        Assert.Equal(GoldenPool.Named(name).BlockSize, json.GetProperty("blockSize").GetInt32());
        Assert.Equal(GoldenPool.Named(name).BlockCount, json.GetProperty("blockCount").GetInt64());
        Assert.Equal(pool.IsZeroed, json.GetProperty("isZeroed").GetBoolean());
        Assert.Equal(GoldenPool.Named(name).IsLaidOut, json.GetProperty("isLaidOut").GetBoolean());
        Assert.Equal(pool.IsDirty, json.GetProperty("isDirty").GetBoolean());
        Assert.Equal(pool.PoolSetUuid, json.GetProperty("poolSetUuid").GetGuid());
        Assert.Equal(pool.PartUuid, json.GetProperty("partUuid").GetGuid());
        Assert.Equal(pool.Created, json.GetProperty("created").GetDateTimeOffset());
        Assert.Equal(pool.CompatFeatures, json.GetProperty("compatFeatures").GetProperty("value").GetUInt32());
        Assert.Equal(pool.IncompatFeatures, json.GetProperty("incompatFeatures").GetProperty("value").GetUInt32());
        Assert.Equal(
            pool.ReadOnlyCompatFeatures, json.GetProperty("readOnlyCompatFeatures").GetProperty("value").GetUInt32());
        Assert.Equal(
            pool.Arenas,
            json.GetProperty("arenas").EnumerateArray().Select(a => new ArenaDescription(
                a.GetProperty("offset").GetInt64(),
                a.GetProperty("blockCount").GetInt64(),
                a.GetProperty("internalBlockSize").GetInt64(),
                a.GetProperty("internalBlockCount").GetInt64(),
                a.GetProperty("freeBlockCount").GetInt32(),
                a.GetProperty("dataOffset").GetInt64(),
                a.GetProperty("mapOffset").GetInt64(),
                a.GetProperty("flogOffset").GetInt64(),
                a.GetProperty("infoCopyOffset").GetInt64())));
        Assert.Equal(
            Enumerable.Range(0, pool.Arenas.Count),
            json.GetProperty("arenas").EnumerateArray().Select(a => a.GetProperty("index").GetInt32()));
    }

    [Fact]
    public void The_members_of_the_json_keep_their_order() => Assert.Equal(
        [
            "path", "poolBytes", "blockSize", "blockCount", "isZeroed", "isLaidOut", "isDirty", "poolSetUuid",
            "partUuid", "created", "compatFeatures", "incompatFeatures", "readOnlyCompatFeatures",
            "applicationArea", "arenas",
        ],
        Json(SamplePool.Create(_directory)).EnumerateObject().Select(m => m.Name));

    [Theory]
    [InlineData("b512-min-mixed.pool", "CKSUM_2K,SHUTDOWN_STATE")]
    [InlineData("feat-no-sds.pool", "CKSUM_2K")]
    [InlineData("feat-none-cksum4k.pool", "")]
    public void Features_are_told_by_name(string name, string expected)
    {
        JsonElement json = Json(GoldenPool.Named(name).Extract(_directory));
        Assert.Equal(
            expected,
            string.Join(',', json.GetProperty("incompatFeatures").GetProperty("names").EnumerateArray()));
    }

    [Fact]
    public void A_feature_without_a_name_is_told_by_its_bit()
    {
        Assert.Equal(["SINGLEHDR", "unknown 0x80000000"], FeatureNames.OfIncompat(0x8000_0001));
        Assert.Equal(["CHECK_BAD_BLOCKS", "unknown 0x8"], FeatureNames.OfCompat(9));
        Assert.Equal(["unknown 0x1"], FeatureNames.OfReadOnlyCompat(1));
    }

    [Fact]
    public void An_application_area_counts_when_its_first_eight_bytes_are_not_zero()
    {
        string path = _directory.File("a.pool");
        byte[] area = [0, 0, 0, 0, 0, 0, 0, 1, 2, 3];
        BlockPool.Create(path, 512, BlockPool.MinPoolBytes, new BlockPoolOptions { ApplicationArea = area }).Dispose();

        JsonElement used = Json(path).GetProperty("applicationArea");
        Assert.False(used.GetProperty("isEmpty").GetBoolean());
        Assert.Equal(10, used.GetProperty("usedBytes").GetInt32());
        Assert.Equal("00000000000000010203" + new string('0', 44), used.GetProperty("firstBytes").GetString());
        string text = ToolRun.Of("info", path).Output;
        Assert.Contains("  Content             10 bytes\n", text, StringComparison.Ordinal);
        Assert.Contains("  First bytes         00000000000000010203", text, StringComparison.Ordinal);

        JsonElement empty = Json(SamplePool.Create(_directory)).GetProperty("applicationArea");
        Assert.True(empty.GetProperty("isEmpty").GetBoolean());
        Assert.Equal(JsonValueKind.Null, empty.GetProperty("firstBytes").ValueKind);
    }

    [Fact]
    public void Redirected_text_is_plain_and_always_the_same()
    {
        string path = GoldenPool.Named("b512-min-unwritten.pool").Extract(_directory);
        BlockPoolDescription pool = BlockPool.Describe(path);
        ToolRun run = ToolRun.Of("info", path);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(
            $"""
            Pool
              Path                {path}
              Size                16785408 bytes (16.0 MiB)
              Block size          512 bytes
              Blocks              32202
              Layout              not written yet; the first write does it
              Zeroed when made    yes
              Dirty               no

            Header
              Created             {pool.Created:yyyy-MM-dd HH:mm:ss} UTC
              Pool set UUID       {pool.PoolSetUuid}
              Part UUID           {pool.PartUuid}
              Compat              0x1 [CHECK_BAD_BLOCKS]
              Incompat            0x6 [CKSUM_2K, SHUTDOWN_STATE]
              Read-only compat    none

            Application area
              Size                3992 bytes
              Content             empty

            Arena 0, planned
              Blocks              32202
              Internal blocks     32458 of 512 bytes
              Free blocks         256
              Info block at       0x2000
              Data at             0x3000
              Map at              0xFDD000
              Flog at             0xFFD000
              Info copy at        0x1001000

            Blocks of arena 0
              Never written       32202
              Set to zero         0
              Bad                 0
              Written             0
              One character       63 blocks: . never written, o zero, # written, + partly, x bad
              0                   {new string('.', 64)}
              4032                {new string('.', 64)}
              8064                {new string('.', 64)}
              12096               {new string('.', 64)}
              16128               {new string('.', 64)}
              20160               {new string('.', 64)}
              24192               {new string('.', 64)}
              28224               {new string('.', 64)}

            """,
            run.Output);
    }

    [Fact]
    public void The_drawing_shows_where_blocks_are_written_zero_and_bad()
    {
        string path = _directory.File("a.pool");
        using (BlockPool pool = BlockPool.Create(path, 512, BlockPool.MinPoolBytes))
        {
            for (long block = 0; block < 63; block++)
            {
                pool.Write(block, SamplePool.Content);
            }

            pool.Write(63, SamplePool.Content);
            pool.SetZero(126);
            pool.SetError(pool.BlockCount - 1);
        }

        JsonElement map = Json(path).GetProperty("arenas")[0].GetProperty("blockMap");

        Assert.Equal(
            (64, 1, 1, 32136, 63),
            (Number(map, "normal"), Number(map, "zero"), Number(map, "error"), Number(map, "initial"), Number(map, "blocksPerCharacter")));
        string[] rows = [.. map.GetProperty("rows").EnumerateArray().Select(r => r.GetString()!)];
        Assert.Equal(8, rows.Length);
        Assert.Equal("#+o" + new string('.', 61), rows[0]);
        Assert.Equal(new string('.', 63) + "x", rows[^1]);
        Assert.Contains($"  0                   {rows[0]}\n", ToolRun.Of("info", path).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_of_a_huge_pool_are_not_counted_unless_it_is_asked_for()
    {
        string path = GoldenPool.Named("ma2-b65536-513g.pool").Extract(_directory);
        Assert.Equal(JsonValueKind.Null, Json(path).GetProperty("arenas")[0].GetProperty("blockMap").ValueKind);
        Assert.Contains("Blocks of arena 1\n", ToolRun.Of("info", path, "--map").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_of_a_pool_that_cannot_be_opened_are_told_without_its_blocks()
    {
        string path = SamplePool.Create(_directory);
        SamplePool.Flip(path, BlockPool.Describe(path).Arenas[0].FlogOffset + 3);
        ToolRun run = ToolRun.Of("info", path);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("pmt: note: The blocks were not counted.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Blocks of arena", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_path_is_not_wrapped()
    {
        string path = _directory.File(new string('p', 200) + " [bold].pool");
        BlockPool.Create(path, 512, BlockPool.MinPoolBytes).Dispose();
        Assert.Contains($"  Path                {path}\n", ToolRun.Of("info", path).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_arena_has_its_section()
    {
        string path = GoldenPool.Named("ma3-b1m-1025g.pool").Extract(_directory);
        Assert.Equal(
            ["Arena 0", "Arena 1", "Arena 2"],
            ToolRun.Of("info", path).OutputLines.Where(l => l.StartsWith("Arena", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("crash-flog-committed.pool", true, "  Dirty               yes, not closed cleanly\n")]
    [InlineData("b512-min-mixed.pool", false, "  Dirty               no\n")]
    public void A_pool_that_was_not_closed_is_dirty_and_looking_does_not_change_that(
        string name, bool isDirty, string expected)
    {
        string path = GoldenPool.Named(name).Extract(_directory);
        Assert.Contains(expected, ToolRun.Of("info", path).Output, StringComparison.Ordinal);
        Assert.Equal(isDirty, Json(path).GetProperty("isDirty").GetBoolean());
        Assert.Equal(GoldenPool.Named(name).ImageHash, SamplePool.HashOf(path));
    }

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static JsonElement Json(string path)
    {
        ToolRun run = ToolRun.Of("info", path, "--json");
        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        using JsonDocument document = JsonDocument.Parse(run.Output);
        return document.RootElement.Clone();
    }
}
