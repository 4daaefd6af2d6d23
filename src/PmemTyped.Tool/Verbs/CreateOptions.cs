using System.CommandLine;
using System.CommandLine.Parsing;

namespace PmemTyped.Tool.Verbs;

/// <summary>The arguments and options of "pmt create blk": those of pmempool, and --quiet and --json.</summary>
internal sealed class CreateOptions
{
    private readonly Argument<string[]> _words = new("bsize> <file")
    {
        Description = "Bytes per block (K, M, G and T are powers of 1024), then the path of the file: a new one, or one "
            + "that begins with 4096 zero bytes. With --inherit the file alone will do.",
        Arity = new ArgumentArity(0, 2),
    };

    private readonly Option<long?> _size = new("--size", "-s")
    {
        Description = "Bytes of the file, for example 64M. If not given, those of the smallest pool.",
        HelpName = "size",
        CustomParser = result => ByteSize.Parse(result),
    };

    private readonly Option<bool> _largest = new("--max-size", "-M")
    {
        Description = "Take what the file system has left.",
    };

    private readonly Option<UnixFileMode?> _mode = FileModeOption.New();

    private readonly Option<string?> _inherit = new("--inherit", "-i")
    {
        Description = "Take block size, size and mode from this pool where they are not given.",
        HelpName = "file",
    };

    private readonly Option<bool> _force = new("--force", "-f")
    {
        Description = "Remove the file first, if nobody has it open.",
    };

    private readonly Option<bool> _layout = new("--write-layout", "-w")
    {
        Description = "Write the layout now instead of with the first block.",
    };

    private readonly Option<bool> _clear = new("--clear-bad-blocks", "-b")
    {
        Description = "Accepted for scripts of pmempool: a new file has no bad blocks to clear.",
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Do not say what was made." };

    private readonly Option<bool> _verbose = new("--verbose", "-v")
    {
        Description = "Say what is made before it is made.",
    };

    private readonly Option<bool> _json = JsonOption.New();

    /// <summary>Gives them to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Arguments.Add(_words);
        foreach (Option option in (Option[])
            [_size, _largest, _mode, _inherit, _force, _layout, _clear, _quiet, _verbose, _json])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(Validate);
    }

    /// <summary>What kind of pool is wanted.</summary>
    internal PoolOrder Order(ParseResult parsed) => PoolOrder.From(
        parsed.GetRequiredValue(_words),
        parsed.GetValue(_size),
        parsed.GetValue(_largest),
        parsed.GetValue(_mode),
        parsed.GetValue(_inherit),
        parsed.GetValue(_force));

    /// <summary>How it is made and told.</summary>
    internal CreateManner Manner(ParseResult parsed) => new(
        parsed.GetValue(_force),
        parsed.GetValue(_layout),
        parsed.GetValue(_quiet),
        parsed.GetValue(_verbose),
        parsed.GetValue(_json));

    private void Validate(CommandResult result)
    {
        if (result.GetResult(_size) is not null && result.GetValue(_largest))
        {
            result.AddError("--size and --max-size exclude each other.");
        }

        IReadOnlyList<Token> words = result.GetResult(_words)?.Tokens ?? [];
        if (PoolOrder.Refusal(words, result.GetValue(_inherit) is not null) is { } refusal)
        {
            result.AddError(refusal);
        }
    }
}
