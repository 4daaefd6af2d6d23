using System.CommandLine;
using PmemTyped.Blocks;
using PmemTyped.Sets;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt feature: switches features of a pool, or tells which it has.</summary>
internal static class FeatureVerb
{
    private const string CheckBadBlocks = "CHECK_BAD_BLOCKS";
    private const string Checksum2K = "CKSUM_2K";
    private const string ShutdownState = "SHUTDOWN_STATE";

    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        Option<string?> enable = FeatureOption("--enable", "-e", "Switch this feature on.");
        Option<string?> disable = FeatureOption("--disable", "-d", "Switch this feature off.");
        Option<string?> query = FeatureOption("--query", "-q", "Print 1 if the pool has this feature, 0 if not.");
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "feature",
            $"Switch {CheckBadBlocks}, {Checksum2K} or {ShutdownState}, or tell which features a pool has.")
        {
            file, enable, disable, query, json,
        };
        command.Validators.Add(result =>
        {
            if (new[] { enable, disable, query }.Count(o => result.GetValue(o) is not null) > 1)
            {
                result.AddError("--enable, --disable and --query exclude each other.");
            }
        });
        command.SetAction(parsed => Run(
            console,
            parsed.GetRequiredValue(file),
            parsed.GetValue(enable),
            parsed.GetValue(disable),
            parsed.GetValue(query),
            parsed.GetValue(json)));
        return command;
    }

    /// <summary>Sets features and tells what the pool has now.</summary>
    internal static int Apply(ToolConsole console, string path, PoolFeatures features, bool checksBadBlocks, bool isJson)
    {
        bool isChanged = BlockPoolFeatures.Set(path, features, checksBadBlocks);
        return Tell(console, BlockPool.Describe(path), isChanged, isJson);
    }

    private static Option<string?> FeatureOption(string name, string alias, string description)
    {
        var option = new Option<string?>(name, alias) { Description = description, HelpName = "feature" };
        option.AcceptOnlyFromAmong(CheckBadBlocks, Checksum2K, ShutdownState, "SINGLEHDR");
        return option;
    }

    private static int Run(ToolConsole console, string path, string? enable, string? disable, string? query, bool isJson)
    {
        BlockPoolDescription pool = BlockPool.Describe(path);
        if ((enable ?? disable) is not { } name)
        {
            return query is null ? Tell(console, pool, isChanged: false, isJson) : Query(console, pool, query, isJson);
        }

        if (name == "SINGLEHDR")
        {
            return console.Fail(ExitCode.CouldNot, "SINGLEHDR cannot be switched here: 'pmt transform' to a set file with the option, or without it, moves the bytes.");
        }

        var features = (PoolFeatures)pool.IncompatFeatures;
        PoolFeatures bit = Bit(name);
        features = enable is null ? features & ~bit : features | bit;
        if (features.HasFlag(PoolFeatures.ShutdownState) && !features.HasFlag(PoolFeatures.Checksum2K))
        {
            return console.Fail(
                ExitCode.CouldNot, $"{ShutdownState} needs {Checksum2K}. Nothing was changed; switch the other one first.");
        }

        bool checksBadBlocks = name == CheckBadBlocks ? enable is not null : pool.CompatFeatures != 0;
        return Apply(console, path, features, checksBadBlocks, isJson);
    }

    private static int Query(ToolConsole console, BlockPoolDescription pool, string name, bool isJson)
    {
        if (isJson)
        {
            return Tell(console, pool, isChanged: false, isJson);
        }

        console.Output.WriteLine(Names(pool).Contains(name) ? "1" : "0");
        return ExitCode.Success;
    }

    private static int Tell(ToolConsole console, BlockPoolDescription pool, bool isChanged, bool isJson)
    {
        console.Output.WriteLine(isJson
            ? DocumentJson.Of(new FeaturesDocument(pool.Path, isChanged, Names(pool)))
            : $"{pool.Path}: {(Names(pool) is { Count: > 0 } names ? string.Join(", ", names) : "no features")}");
        return ExitCode.Success;
    }

    private static List<string> Names(BlockPoolDescription pool) =>
    [
        .. FeatureNames.OfCompat(pool.CompatFeatures),
        .. FeatureNames.OfIncompat(pool.IncompatFeatures),
        .. FeatureNames.OfReadOnlyCompat(pool.ReadOnlyCompatFeatures),
    ];

    private static PoolFeatures Bit(string name) => name switch
    {
        Checksum2K => PoolFeatures.Checksum2K,
        ShutdownState => PoolFeatures.ShutdownState,
        _ => PoolFeatures.None,
    };
}
