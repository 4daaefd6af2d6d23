namespace PmemTyped.Sets.PoolSets;

/// <summary>
/// Reads a set file line by line and collects all that is wrong with it (sets specification, sections 17 and 27). The order
/// of the checks is that of PMDK's parser, so that both name the same line.
/// </summary>
internal sealed partial class PoolSetParser(PoolSetReading reading)
{
    private const string Replica = "REPLICA";
    private const string Option = "OPTION";
    private static readonly char[] s_blanks = [' ', '\t'];

    private readonly List<PoolSetIssue> _issues = [];
    private readonly List<PoolSetReplica> _replicas = [];
    private List<PoolSetFilePart> _parts = [];
    private PoolSetReplica _replica = new([], Line: 1);
    private PoolSetOptions _options;
    private int _line;

    internal IReadOnlyList<PoolSetIssue> Issues => _issues;

    private bool IsStrict => reading == PoolSetReading.Strict;

    internal void Read(string text)
    {
        if (text.Length == 0)
        {
            _line = 1;
            Refuse(0, PoolSetFileError.Empty, "The file is empty. Begin it with a line PMEMPOOLSET.");
            return;
        }

        if (text.Length > PoolSetFile.MaxBytes)
        {
            _line = 1;
            Refuse(0, PoolSetFileError.TooLong, FormattableString.Invariant(
                $"The file has more than {PoolSetFile.MaxBytes} characters, so it is no set file."));
            return;
        }

        if (!ReadSignature(text))
        {
            return;
        }

        for (int at = 0; at <= text.Length;)
        {
            int end = text.IndexOf('\n', at);
            int next = end < 0 ? text.Length + 1 : end + 1;
            end = end < 0 ? text.Length : end;
            _line++;
            if (_line > 1)
            {
                ReadLine(text[at..(end > at && text[end - 1] == '\r' ? end - 1 : end)]);
            }

            at = next;
        }

        CloseReplica(column: 0);
        if (IsStrict && _options == (PoolSetOptions.SingleHeader | PoolSetOptions.NoHeaders))
        {
            Refuse(0, PoolSetFileError.OptionsContradict,
                "SINGLEHDR and NOHDRS contradict each other. PMDK reads both and then refuses to make the pool. Keep one.");
        }
    }

    /// <summary>What depends on the file system: directories, devices, one file under two names.</summary>
    internal void CheckPlaces(PoolSetPlaces places)
    {
        bool? usesDirectories = null;
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        foreach (PoolSetFilePart part in _replicas.SelectMany(r => r.Parts))
        {
            _line = part.Line;
            bool isDirectory = places.IsDirectory(part.Path);
            if (usesDirectories is { } uses && uses != isDirectory)
            {
                Refuse(0, PoolSetFileError.DirectoriesAndFiles,
                    $"'{part.Path}' is {(isDirectory ? "a directory" : "no directory")}, unlike the parts before it. A set has directories only, or none.");
            }

            usesDirectories ??= isDirectory;
            if (part.IsAuto && !places.IsDevice(part.Path))
            {
                Refuse(0, PoolSetFileError.SizeNotDetermined,
                    $"'{part.Path}' is no device, so its size cannot be determined. Write the size instead of AUTO.");
            }

            // PMDK refuses one directory twice in any case, and a file twice only when the pool is made.
            if (!seen.TryAdd(places.RealPath(part.Path), part.Line) && (isDirectory || IsStrict))
            {
                string before = FormattableString.Invariant($"line {seen[places.RealPath(part.Path)]}");
                Refuse(0, isDirectory ? PoolSetFileError.DuplicateDirectory : PoolSetFileError.DuplicatePart,
                    $"'{part.Path}' is the same {(isDirectory ? "directory" : "file")} as in {before}. Every part needs its own.");
            }
        }
    }

    internal PoolSetFile ToFile(string path)
    {
        PoolSetIssue? first = _issues.Where(i => i.IsError).MinBy(i => i.Line);
        return first is null
            ? new PoolSetFile(path, _options, _replicas)
            : throw new PoolSetFileException(path, first);
    }

    private static List<(string Word, int Column)> WordsOf(string line)
    {
        List<(string Word, int Column)> words = [];
        int at = 0;
        while (at < line.Length)
        {
            if (s_blanks.Contains(line[at]))
            {
                at++;
                continue;
            }

            int end = line.IndexOfAny(s_blanks, at);
            end = end < 0 ? line.Length : end;
            words.Add((line[at..end], at));
            at = end;
        }

        return words;
    }

    private bool ReadSignature(string text)
    {
        string first = text.Split('\n', 2)[0];
        first = first.EndsWith('\r') ? first[..^1] : first;
        if (first == PoolSetFile.Signature)
        {
            return true;
        }

        _line = 1;
        Refuse(0, PoolSetFileError.SignatureMissing,
            "The first line must be exactly PMEMPOOLSET, without blanks or a comment, and nothing may come before it.");
        return false;
    }

    private void ReadLine(string raw)
    {
        if (raw.Length == 0 || raw[0] == '#')
        {
            return;
        }

        int odd = raw.AsSpan().IndexOfAny('\0', '\r', '\uFFFD');
        if (odd >= 0)
        {
            Refuse(odd, PoolSetFileError.NotText, "The line holds a NUL, a carriage return inside, or bytes that are not UTF-8. Only text can be read.");
            return;
        }

        string line = WithoutComment(raw);
        List<(string Word, int Column)> words = WordsOf(line);
        if (words.Count == 0)
        {
            Remark(0, PoolSetFileError.BlankLine, "A line of blanks is skipped here, but PMDK refuses it. Remove the blanks.");
        }
        else if (line.StartsWith(Replica, StringComparison.Ordinal))
        {
            ReadReplica(line, words);
        }
        else if (words[0].Word.StartsWith(Option, StringComparison.Ordinal))
        {
            ReadOptions(words);
        }
        else
        {
            ReadPart(words);
        }
    }

    private string WithoutComment(string line)
    {
        int hash = line.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0)
        {
            return line;
        }

        if (IsStrict && !s_blanks.Contains(line[hash - 1]))
        {
            Refuse(hash, PoolSetFileError.CommentInWord,
                "A # inside a word: PMDK drops the rest of the line, so that the path would be another one. "
                + "Put a blank before a comment, and rename a file with # in its name.");
        }

        return line[..hash];
    }

    // A replica that was refused already is not refused again for having no parts.
    private void CloseReplica(int column)
    {
        bool isFirst = _replicas.Count == 0;
        bool wasRefused = _issues.Any(i => i.IsError && i.Line >= _replica.Line && i.Line <= _line && !isFirst);
        bool hadPartErrors = isFirst && _issues.Any(i => i.IsError);
        if (_parts.Count == 0 && !_replica.IsRemote && !wasRefused && !hadPartErrors)
        {
            Refuse(column, isFirst ? PoolSetFileError.NoSetParts : PoolSetFileError.NoReplicaParts, isFirst
                ? "The set has no parts before its first REPLICA line. Begin with the parts of the master."
                : FormattableString.Invariant($"The replica of line {_replica.Line} has no parts. Add some, or remove its REPLICA line."));
        }

        _replicas.Add(_replica with { Parts = _parts });
        _parts = [];
    }

    private void Refuse(int column, PoolSetFileError error, string message) =>
        _issues.Add(new PoolSetIssue(_line, column + 1, error, message, IsError: true));

    private void Remark(int column, PoolSetFileError error, string message) =>
        _issues.Add(new PoolSetIssue(_line, column + 1, error, message, IsError: false));
}
