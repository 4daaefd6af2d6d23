using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace PmemTyped.Testing;

/// <summary>
/// A pool made by libpmemblk 1.12.1, with what its own library reads from it. tests/Golden/README.md describes the
/// files.
/// </summary>
public sealed class GoldenPool
{
    private const int PageRecordHeaderBytes = 12;
    private static readonly string s_directory = Path.Combine(AppContext.BaseDirectory, "Golden", "pools");
    private readonly JsonElement _json;

    private GoldenPool(string name, JsonElement json)
    {
        Name = name;
        _json = json;
    }

    public string Name { get; }

    public int BlockSize => _json.GetProperty("bsize").GetInt32();

    public long BlockCount => _json.GetProperty("nblock").GetInt64();

    public long FileSize => _json.GetProperty("file_size").GetInt64();

    public bool IsMultiArena => _json.TryGetProperty("arenas", out _);

    public bool PmempoolCheckPasses =>
        _json.GetProperty("pmempool_check").GetProperty("exit_code").GetInt32() == 0;

    public bool IsLaidOut => IsMultiArena || _json.GetProperty("layout_written").GetBoolean();

    /// <summary>Hash of the unrecovered image, or null for the sparse ones.</summary>
    public string? ImageHash => Text("image_sha256");

    /// <summary>Hash over status byte and content of all blocks in order, or null for the sparse ones.</summary>
    public string? AllBlocksHash => Text("all_blocks_sha256");

    /// <summary>Block number to "zero", "EIO" or the SHA-256 of the content.</summary>
    public IReadOnlyDictionary<long, string> Blocks => !_json.TryGetProperty("blocks", out JsonElement blocks)
        ? new Dictionary<long, string>()
        : blocks.EnumerateObject().ToDictionary(
            b => long.Parse(b.Name, CultureInfo.InvariantCulture),
            b => b.Value.ValueKind == JsonValueKind.String
                ? b.Value.GetString()!
                : b.Value.GetProperty("sha256").GetString()!);

    public static IReadOnlyList<GoldenPool> All { get; } =
        [.. Load("blk-pools.json"), .. Load("blk-pools-multiarena.json")];

    public static GoldenPool Named(string name) => All.Single(p => p.Name == name);

    /// <summary>Writes the image as a sparse file.</summary>
    public string Extract(TempDirectory directory)
    {
        string path = directory.File(Name);
        using var packed = new GZipStream(
            File.OpenRead(Path.Combine(s_directory, Name + ".pages.gz")), CompressionMode.Decompress);
        using FileStream image = File.Create(path);
        Span<byte> head = stackalloc byte[16];
        packed.ReadExactly(head);
        if (!head[..8].SequenceEqual("PTPAGES1"u8))
        {
            throw new InvalidDataException(Name);
        }

        image.SetLength(BinaryPrimitives.ReadInt64LittleEndian(head[8..]));
        byte[] record = new byte[PageRecordHeaderBytes];
        byte[] page = new byte[4096];
        while (packed.ReadAtLeast(record, PageRecordHeaderBytes, throwOnEndOfStream: false) == PageRecordHeaderBytes)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(8));
            packed.ReadExactly(page.AsSpan(0, length));
            image.Position = BinaryPrimitives.ReadInt64LittleEndian(record);
            image.Write(page.AsSpan(0, length));
        }

        return path;
    }

    public override string ToString() => Name;

    private static IEnumerable<GoldenPool> Load(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_directory, file)));
        return [.. document.RootElement.GetProperty("pools").EnumerateObject()
            .Select(p => new GoldenPool(p.Name, p.Value.Clone()))];
    }

    private string? Text(string name) =>
        _json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
