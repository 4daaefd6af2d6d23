using System.Text;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// A pool set file: text that names the parts of a pool and of its copies. Immutable; threads: safe.
/// (sets specification, part II)
/// </summary>
public sealed class PoolSetFile
{
    /// <summary>The first line of every set file.</summary>
    public const string Signature = "PMEMPOOLSET";

    /// <summary>The longest set file that is read, in bytes: room for 100,000 parts with long paths.</summary>
    public const int MaxBytes = 16 << 20;

    private const string Unnamed = "set file";

    internal PoolSetFile(string path, PoolSetOptions options, IReadOnlyList<PoolSetReplica> replicas)
    {
        Path = path;
        Options = options;
        Replicas = replicas;
    }

    /// <summary>Gets the path it was read from, or a description.</summary>
    public string Path { get; }

    /// <summary>Gets the options, which hold for the whole set.</summary>
    public PoolSetOptions Options { get; }

    /// <summary>Gets the replicas; the first one is the master, and is local.</summary>
    public IReadOnlyList<PoolSetReplica> Replicas { get; }

    internal IReadOnlyList<PoolSetReplica> LocalReplicas => [.. Replicas.Where(r => !r.IsRemote)];

    /// <summary>Makes the model of a set that is not written yet, under the same rules.</summary>
    /// <param name="replicas">The replicas, the master first.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="PoolSetFileException">The set breaks a rule; line and column are those of its text.</exception>
    public static PoolSetFile Of(IReadOnlyList<PoolSetReplica> replicas, PoolSetOptions options = PoolSetOptions.None) =>
        Of(replicas, options, Unnamed);

    internal static PoolSetFile Of(IReadOnlyList<PoolSetReplica> replicas, PoolSetOptions options, string path)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        PoolSetFile file = Parse(Print(options, replicas), path);

        // A line break or a comment in a name would give another set.
        return file.Options == options && file.Replicas.Zip(replicas).All(pair => IsSame(pair.First, pair.Second))
            && file.Replicas.Count == replicas.Count
            ? file
            : throw new ArgumentException("A name in the set holds a line break, so that no set file can name it.", nameof(replicas));
    }

    /// <summary>Reads text. The file system is not asked: see <see cref="Load(string, PoolSetReading)"/> for what depends on it.</summary>
    /// <param name="text">The content of a set file.</param>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="reading">What to make of the accidents of PMDK's parser.</param>
    /// <exception cref="PoolSetFileException">The first thing that is wrong.</exception>
    public static PoolSetFile Parse(string text, string path = Unnamed, PoolSetReading reading = PoolSetReading.Strict)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new PoolSetParser(reading);
        parser.Read(text);
        return parser.ToFile(path);
    }

    /// <summary>Reads a file, and checks what its paths lead to: directories, devices, files that stand twice.</summary>
    /// <param name="path">Path of the set file.</param>
    /// <param name="reading">What to make of the accidents of PMDK's parser.</param>
    /// <exception cref="PoolSetFileException">The first thing that is wrong.</exception>
    /// <exception cref="PmemIOException">It cannot be read.</exception>
    public static PoolSetFile Load(string path, PoolSetReading reading = PoolSetReading.Strict) =>
        Load(new FilePath(path), reading);

    /// <inheritdoc cref="Load(string, PoolSetReading)"/>
    /// <remarks>A name from outside is read by <see cref="FilePath.Beneath(FilePath, FilePath)"/>, which follows no links.</remarks>
    public static PoolSetFile Load(FilePath path, PoolSetReading reading = PoolSetReading.Strict)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parser = new PoolSetParser(reading);
        ReadInto(parser, path);
        return parser.ToFile(path.Text);
    }

    /// <summary>All remarks about a file, in order: errors, and forms that mean something else to PMDK.</summary>
    /// <param name="path">Path of the set file.</param>
    /// <exception cref="PmemIOException">It cannot be read.</exception>
    public static IReadOnlyList<PoolSetIssue> Lint(string path)
    {
        var parser = new PoolSetParser(PoolSetReading.Strict);
        ReadInto(parser, path);
        return parser.Issues;
    }

    /// <summary>All remarks about a text; the file system is not asked.</summary>
    /// <param name="text">The content of a set file.</param>
    public static IReadOnlyList<PoolSetIssue> LintText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new PoolSetParser(PoolSetReading.Strict);
        parser.Read(text);
        return parser.Issues;
    }

    /// <summary>
    /// Whether a file begins as a set file does. One that cannot be read is none; opening it says why.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    public static bool IsSetFile(string path)
    {
        try
        {
            return IsSetFile(new FilePath(path));
        }
        catch (ArgumentException)
        {
            // It is the name of nothing.
            return false;
        }
    }

    /// <inheritdoc cref="IsSetFile(string)"/>
    public static bool IsSetFile(FilePath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            // Opened as a source, because a pipe would wait for its other end.
            using PmemSource file = PmemSource.Open(path, writable: false);
            byte[] head = new byte[Math.Min(Signature.Length, file.GetLengthBytes())];
            file.ReadAt(0, head);
            return file.Kind == PmemSourceKind.RegularFile && head.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(Signature));
        }
        catch (Exception e) when (e is PmemException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The canonical text, which this parser and PMDK's read alike.</summary>
    public override string ToString() => Print(Options, Replicas);

    /// <summary>
    /// Writes the canonical text, through a new file that replaces an existing one at once: a crash leaves the old text or the
    /// new one. Persisted on return, directory entry included.
    /// </summary>
    /// <param name="path">Path of the set file.</param>
    /// <exception cref="PmemIOException">It cannot be written; what was there is still there.</exception>
    public void Save(string path)
    {
        string draft = path + ".new";
        try
        {
            using (FileStream file = File.Create(draft))
            {
                file.Write(Encoding.UTF8.GetBytes(ToString()));
                file.Flush(flushToDisk: true);
            }

        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused("write", path, e);
        }

        Rename(draft, path);
        using PmemSource written = PmemSource.Open(path);
        written.SyncMetadata();
    }

    /// <summary>Gives a file another name, at once; durable when its directory is synced.</summary>
    internal static void Rename(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused("write", to, e);
        }
    }

    private static PmemIOException Refused(string operation, string path, Exception reason) => new(
        operation, path, reason is UnauthorizedAccessException ? Errno.Access : Errno.InputOutput, reason.Message);

    private static bool IsSame(PoolSetReplica read, PoolSetReplica given) => read.Node == given.Node
        && read.Descriptor == given.Descriptor
        && read.Parts.Select(p => (p.Path, p.LengthBytes)).SequenceEqual(given.Parts.Select(p => (p.Path, p.LengthBytes)));

    private static string Print(PoolSetOptions options, IReadOnlyList<PoolSetReplica> replicas)
    {
        var text = new StringBuilder(Signature).Append('\n');
        if (options != PoolSetOptions.None)
        {
            text.Append("OPTION")
                .Append(options.HasFlag(PoolSetOptions.SingleHeader) ? " SINGLEHDR" : string.Empty)
                .Append(options.HasFlag(PoolSetOptions.NoHeaders) ? " NOHDRS" : string.Empty)
                .Append('\n');
        }

        for (int i = 0; i < replicas.Count; i++)
        {
            PoolSetReplica replica = replicas[i];
            if (replica.IsRemote)
            {
                text.Append("REPLICA ").Append(replica.Node).Append(' ').Append(replica.Descriptor).Append('\n');
            }
            else if (i > 0)
            {
                text.Append("REPLICA\n");
            }

            foreach (PoolSetFilePart part in replica.Parts)
            {
                text.Append(PoolSetSize.Print(part.LengthBytes)).Append(' ').Append(part.Path).Append('\n');
            }
        }

        return text.ToString();
    }

    private static void ReadInto(PoolSetParser parser, FilePath path)
    {
        using PmemSource file = PmemSource.Open(path, writable: false);
        byte[] bytes = new byte[Math.Min(file.GetLengthBytes(), MaxBytes + 1L)];
        file.ReadAt(0, bytes);

        // Bytes that are not UTF-8 become U+FFFD, which the parser refuses.
        parser.Read(Encoding.UTF8.GetString(bytes));
        parser.CheckPlaces(PoolSetPlaces.OfThisMachine);
    }
}
