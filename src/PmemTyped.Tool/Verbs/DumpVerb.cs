using System.CommandLine;
using System.Text;
using PmemTyped.Blocks;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt dump: prints blocks and changes nothing, because the pool is opened read-only.</summary>
internal static class DumpVerb
{
    private enum Form
    {
        Hex,
        Text,
        Binary,
        Json,
    }

    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        Option<IReadOnlyList<(long First, long Last)>?> range = BlockRanges.NewOption();
        var hex = new Option<bool>("--hex", "-x") { Description = "Print a hex dump of each block; this is the default." };
        var text = new Option<bool>("--text", "-t") { Description = "Print each block as text up to its first zero byte." };
        var binary = new Option<bool>("--binary", "-b") { Description = "Print the bytes of the blocks and nothing else." };
        var output = new Option<string?>("--output", "-o") { Description = "Write to this new file.", HelpName = "file" };
        Option<bool> json = JsonOption.New();
        var command = new Command("dump", "Print blocks. Changes nothing. Ends at a bad block with exit code 1.")
        {
            file, range, hex, text, binary, output, json,
        };
        command.Validators.Add(result =>
        {
            if (new[] { hex, text, binary, json }.Count(o => result.GetValue(o)) > 1)
            {
                result.AddError("--hex, --text, --binary and --json exclude each other.");
            }
        });
        command.SetAction(parsed => Run(
            console,
            parsed.GetRequiredValue(file),
            parsed.GetValue(range) ?? BlockRanges.All,
            parsed.GetValue(json) ? Form.Json
                : parsed.GetValue(binary) ? Form.Binary
                : parsed.GetValue(text) ? Form.Text : Form.Hex,
            parsed.GetValue(output)));
        return command;
    }

    private static int Run(
        ToolConsole console, string path, IReadOnlyList<(long First, long Last)> ranges, Form form, string? outputPath)
    {
        using BlockPool pool = BlockPool.OpenReadOnly(path);
        if (BlockRanges.Within(ranges, pool.BlockCount) is not { } blocks)
        {
            return console.Fail(
                ExitCode.CouldNot, BlockNumber.OutOfRange(path, ranges.Max(r => r.First), pool.BlockCount));
        }

        if (outputPath is null)
        {
            using Stream bytes = console.OpenOutput();
            Write(bytes, pool, blocks, form, progress: null);
            return ExitCode.Success;
        }

        using var created = new FileStream(outputPath, FileMode.CreateNew, FileAccess.Write);
        _ = ProgressView.Run(console, "Dumping", progress =>
        {
            Write(created, pool, blocks, form, progress);
            return true;
        });
        return ExitCode.Success;
    }

    private static void Write(
        Stream output, BlockPool pool, IEnumerable<long> blocks, Form form, IProgress<double>? progress)
    {
        if (form == Form.Json)
        {
            WriteJson(output, pool, blocks, progress);
            return;
        }

        using var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach ((long block, BlockState state, byte[] content) in Read(pool, blocks, progress))
        {
            ThrowIfBad(pool, block, state);
            switch (form)
            {
                case Form.Binary:
                    output.Write(content);
                    break;
                case Form.Text:
                    text.WriteLine(Encoding.UTF8.GetString(content.AsSpan(0, TextLength(content))));
                    break;
                default:
                    text.WriteLine(FormattableString.Invariant($"block {block}, {BlockDocument.NameOf(state)}"));
                    HexDump.Write(text, content);
                    break;
            }
        }
    }

    // The bad block is the last element, without content, so that what was written is a whole document.
    private static void WriteJson(
        Stream output, BlockPool pool, IEnumerable<long> blocks, IProgress<double>? progress)
    {
        BlockDocument? last = null;
        DocumentJson.Write(output, Read(pool, blocks, progress).Select(b => last = b.State == BlockState.Error
            ? new BlockDocument(b.Block, BlockDocument.NameOf(b.State), Content: null)
            : BlockDocument.From(b.Block, b.State, b.Content)));
        if (last is { Content: null })
        {
            throw new BadBlockException(pool.Path, last.Block);
        }
    }

    private static void ThrowIfBad(BlockPool pool, long block, BlockState state)
    {
        if (state == BlockState.Error)
        {
            throw new BadBlockException(pool.Path, block);
        }
    }

    // Up to the first bad block. The same buffer every time; who needs it for longer copies it.
    private static IEnumerable<(long Block, BlockState State, byte[] Content)> Read(
        BlockPool pool, IEnumerable<long> blocks, IProgress<double>? progress)
    {
        byte[] content = new byte[pool.BlockSize];
        foreach (long block in blocks)
        {
            BlockState state = pool.TryRead(block, content);
            progress?.Report((double)block / pool.BlockCount);
            yield return (block, state, content);
            if (state == BlockState.Error)
            {
                yield break;
            }
        }
    }

    private static int TextLength(byte[] content)
    {
        int end = Array.IndexOf(content, (byte)0);
        return end < 0 ? content.Length : end;
    }
}
