using PmemTyped.Sets.PoolSets;
using PmemTyped.Testing;

namespace PmemTyped.Sets.Tests.PoolSets;

/// <summary>Every row of the syntax tables (sets specification, sections 17 and 27), each error with line and column.</summary>
public sealed class PoolSetParserTests
{
    [Theory]
    [InlineData("PMEMPOOLSET\n10M /a\n")]
    [InlineData("PMEMPOOLSET\r\n10M /a\r\n")]
    [InlineData("PMEMPOOLSET\n10M /a")]
    [InlineData("PMEMPOOLSET\n#x\n\n \t10M \t /a \t\n   \n")]
    [InlineData("PMEMPOOLSET\n10M /a # the only part\n")]
    [InlineData("PMEMPOOLSET\n10240K /a\n")]
    public void One_part_can_be_written_in_many_ways(string text)
    {
        PoolSetFile set = PoolSetFile.Parse(text);
        PoolSetFilePart part = Assert.Single(Assert.Single(set.Replicas).Parts);
        Assert.Equal(("/a", 10L << 20), (part.Path, part.LengthBytes));
        Assert.Equal("PMEMPOOLSET\n10M /a\n", set.ToString());
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1B", 1)]
    [InlineData("020", 20)]
    [InlineData("3K", 3L << 10)]
    [InlineData("3KiB", 3L << 10)]
    [InlineData("3kB", 3_000)]
    [InlineData("3M", 3L << 20)]
    [InlineData("3MB", 3_000_000)]
    [InlineData("3G", 3L << 30)]
    [InlineData("3GB", 3_000_000_000)]
    [InlineData("3TiB", 3L << 40)]
    [InlineData("3TB", 3_000_000_000_000)]
    [InlineData("3P", 3L << 50)]
    [InlineData("3PB", 3_000_000_000_000_000)]
    [InlineData("AUTO", 0)]
    public void Sizes_have_the_units_of_the_table_and_print_back(string size, long bytes)
    {
        PoolSetFile set = PoolSetFile.Parse($"PMEMPOOLSET\n{size} /a\n");
        Assert.Equal(bytes, set.Replicas[0].Parts[0].LengthBytes);
        Assert.Equal(bytes == 0, set.Replicas[0].Parts[0].IsAuto);
        Assert.Equal(bytes, PoolSetFile.Parse(set.ToString()).Replicas[0].Parts[0].LengthBytes);
    }

    [Theory]
    [InlineData("", PoolSetFileError.Empty, 1, 1)]
    [InlineData(" PMEMPOOLSET\n10M /a\n", PoolSetFileError.SignatureMissing, 1, 1)]
    [InlineData("PMEMPOOLSET \n10M /a\n", PoolSetFileError.SignatureMissing, 1, 1)]
    [InlineData("#\nPMEMPOOLSET\n10M /a\n", PoolSetFileError.SignatureMissing, 1, 1)]
    [InlineData("pmempoolset\n10M /a\n", PoolSetFileError.SignatureMissing, 1, 1)]
    [InlineData("PMEMPOOLSETX", PoolSetFileError.SignatureMissing, 1, 1)]
    [InlineData("PMEMPOOLSET\n10M\n", PoolSetFileError.InvalidToken, 2, 1)]
    [InlineData("PMEMPOOLSET\n10M /a b\n", PoolSetFileError.InvalidToken, 2, 8)]
    [InlineData("PMEMPOOLSET\n10M a\n", PoolSetFileError.PathNotAbsolute, 2, 5)]
    [InlineData("PMEMPOOLSET\n 10KB /a\n", PoolSetFileError.SizeFormat, 2, 2)]
    [InlineData("PMEMPOOLSET\n10Kb /a\n", PoolSetFileError.SizeFormat, 2, 1)]
    [InlineData("PMEMPOOLSET\n10mb /a\n", PoolSetFileError.SizeFormat, 2, 1)]
    [InlineData("PMEMPOOLSET\n10Ki /a\n", PoolSetFileError.SizeFormat, 2, 1)]
    [InlineData("PMEMPOOLSET\n10EiB /a\n", PoolSetFileError.SizeFormat, 2, 1)]
    [InlineData("PMEMPOOLSET\n1.5M /a\n", PoolSetFileError.SizeFormat, 2, 1)]
    [InlineData("PMEMPOOLSET\n0x10 /a\n", PoolSetFileError.SizeFormat, 2, 1)]
    [InlineData("PMEMPOOLSET\nM /a\n", PoolSetFileError.SizeFormat, 2, 1)]
    [InlineData("PMEMPOOLSET\n0 /a\n", PoolSetFileError.SizeZero, 2, 1)]
    [InlineData("PMEMPOOLSET\n99999999999999999999 /a\n", PoolSetFileError.SizeTooLarge, 2, 1)]
    [InlineData("PMEMPOOLSET\n9000000P /a\n", PoolSetFileError.SizeTooLarge, 2, 1)]
    [InlineData("PMEMPOOLSET\n-20M /a\n", PoolSetFileError.SizeSigned, 2, 1)]
    [InlineData("PMEMPOOLSET\n+20M /a\n", PoolSetFileError.SizeSigned, 2, 1)]
    [InlineData("PMEMPOOLSET", PoolSetFileError.NoSetParts, 1, 1)]
    [InlineData("PMEMPOOLSET\nREPLICA\n10M /a\n", PoolSetFileError.NoSetParts, 2, 1)]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA\nREPLICA\n10M /b\n", PoolSetFileError.NoReplicaParts, 4, 1)]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA", PoolSetFileError.NoReplicaParts, 3, 1)]
    [InlineData("PMEMPOOLSET\nREPLICA n d\n", PoolSetFileError.NoSetParts, 2, 1)]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA n d\n10M /b\n", PoolSetFileError.UnexpectedParts, 4, 1)]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA \n10M /b\n", PoolSetFileError.ReplicaBlank, 3, 8)]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA # second\n10M /b\n", PoolSetFileError.ReplicaBlank, 3, 8)]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA node\n", PoolSetFileError.ReplicaIncomplete, 3, 9)]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA node a b\n", PoolSetFileError.InvalidToken, 3, 16)]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA node /abs\n", PoolSetFileError.DescriptorNotRelative, 3, 14)]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICAxyz\n10M /b\n", PoolSetFileError.ReplicaKeyword, 3, 1)]
    [InlineData("PMEMPOOLSET\n10M /a\n REPLICA\n10M /b\n", PoolSetFileError.InvalidToken, 3, 2)]
    [InlineData("PMEMPOOLSET\nOPTION\n10M /a\n", PoolSetFileError.OptionMissing, 2, 7)]
    [InlineData("PMEMPOOLSET\nOPTION FAST\n10M /a\n", PoolSetFileError.OptionUnknown, 2, 8)]
    [InlineData("PMEMPOOLSET\nOPTION SINGLEHDR,NOHDRS\n10M /a\n", PoolSetFileError.OptionUnknown, 2, 8)]
    [InlineData("PMEMPOOLSET\nOPTIONSINGLEHDR\n10M /a\n", PoolSetFileError.OptionJoined, 2, 1)]
    [InlineData("PMEMPOOLSET\nOPTION SINGLEHDR NOHDRS\n10M /a\n", PoolSetFileError.OptionsContradict, 4, 1)]
    [InlineData("PMEMPOOLSET\n10M /t/a#c\n", PoolSetFileError.CommentInWord, 2, 9)]
    [InlineData("PMEMPOOLSET\n10M /a\0b\n", PoolSetFileError.NotText, 2, 7)]
    public void Every_error_names_its_line_and_column(string text, PoolSetFileError error, int line, int column)
    {
        var refusal = Assert.Throws<PoolSetFileException>(() => PoolSetFile.Parse(text, "x.set"));
        Assert.Equal((error, line, column), (refusal.Issue.Error, refusal.Issue.Line, refusal.Issue.Column));
        Assert.Equal(22, refusal.ErrorNumber);
        Assert.StartsWith(FormattableString.Invariant($"'x.set', line {line}, column {column}: "), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_set_is_read_and_printed()
    {
        const string Canonical =
            "PMEMPOOLSET\nOPTION SINGLEHDR\n20M /a\n1000000 /b\nREPLICA user@node sets/x.set\nREPLICA\n30M /c\nREPLICA n2 y\n";
        PoolSetFile set = PoolSetFile.Parse(
            "PMEMPOOLSET\n20MiB /a\n1MB /b\nREPLICA user@node sets/x.set\nOPTION SINGLEHDR SINGLEHDR\nREPLICA\n30M /c\nREPLICA n2 y\n");
        Assert.Equal(Canonical, set.ToString());
        Assert.Equal([false, true, false, true], set.Replicas.Select(r => r.IsRemote));
        Assert.Equal([1, 4, 6, 8], set.Replicas.Select(r => r.Line));
        Assert.Equal(2, set.Replicas[0].Parts[0].Line);
        Assert.Equal(Canonical, PoolSetFile.Of(set.Replicas, set.Options).ToString());
    }

    [Theory]
    [InlineData("PMEMPOOLSET\nOPTIONSINGLEHDR\n10M /a\n", "PMEMPOOLSET\nOPTION SINGLEHDR\n10M /a\n")]
    [InlineData("PMEMPOOLSET\n10M /t/a#c\n", "PMEMPOOLSET\n10M /t/a\n")]
    [InlineData("PMEMPOOLSET\nOPTION SINGLEHDR NOHDRS\n10M /a\n", "PMEMPOOLSET\nOPTION SINGLEHDR NOHDRS\n10M /a\n")]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA#x\n10M /b\n", "PMEMPOOLSET\n10M /a\nREPLICA\n10M /b\n")]
    public void The_compatible_reading_takes_accidents_as_the_reference_does(string text, string canonical) =>
        Assert.Equal(canonical, PoolSetFile.Parse(text, reading: PoolSetReading.Compatible).ToString());

    [Theory]
    [InlineData("PMEMPOOLSET\n-20M /a\n")]
    [InlineData("PMEMPOOLSET\n99999999999999999999 /a\n")]
    [InlineData("PMEMPOOLSET\n10M /a\nREPLICA \n10M /b\n")]
    public void The_compatible_reading_refuses_what_makes_no_pool(string text) =>
        Assert.Throws<PoolSetFileException>(() => PoolSetFile.Parse(text, reading: PoolSetReading.Compatible));

    [Fact]
    public void Lint_tells_everything_at_once_and_remarks_on_what_only_the_reference_refuses()
    {
        IReadOnlyList<PoolSetIssue> issues = PoolSetFile.LintText(
            "PMEMPOOLSET\n-1M /a\n  \nOPTIONSINGLEHDR\n10M /b\nREPLICA \n10M /c\n");
        Assert.Equal(
            [
                (2, PoolSetFileError.SizeSigned, true), (3, PoolSetFileError.BlankLine, false),
                (4, PoolSetFileError.OptionJoined, true), (6, PoolSetFileError.ReplicaBlank, true),
            ],
            issues.Select(i => (i.Line, i.Error, i.IsError)));
        Assert.All(issues, i => Assert.Contains("PMDK", i.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_no_set_file_can_hold_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PoolSetFile.Of([new([new("/a\n10M /b", 1 << 20)])]));
        Assert.Throws<PoolSetFileException>(() => PoolSetFile.Of([new([new("/a b", 1 << 20)])]));
        Assert.Throws<PoolSetFileException>(() => PoolSetFile.Of([]));
    }

    [Fact]
    public void What_the_paths_lead_to_is_checked_when_a_file_is_loaded()
    {
        using TempDirectory directory = TempDirectory.Create();
        string set = directory.File("x.set");
        string sub = directory.File("sub");
        Directory.CreateDirectory(sub);
        Directory.CreateSymbolicLink(directory.File("link"), sub);
        (string Lines, PoolSetFileError Error)[] cases =
        [
            ($"10M {sub}\n10M {directory.File("link")}", PoolSetFileError.DuplicateDirectory),
            ($"10M {sub}\nREPLICA\n10M {sub}/.", PoolSetFileError.DuplicateDirectory),
            ($"10M {sub}\n10M {directory.File("file")}", PoolSetFileError.DirectoriesAndFiles),
            ($"10M {sub}/f\n10M {directory.File("link")}/f", PoolSetFileError.DuplicatePart),
            ($"AUTO {directory.File("file")}", PoolSetFileError.SizeNotDetermined),
        ];
        foreach ((string lines, PoolSetFileError error) in cases)
        {
            File.WriteAllText(set, $"PMEMPOOLSET\n{lines}\n");
            var refusal = Assert.Throws<PoolSetFileException>(() => PoolSetFile.Load(set));
            Assert.Equal(
                (error, error == PoolSetFileError.DuplicateDirectory ? 17 : 22), (refusal.Issue.Error, refusal.ErrorNumber));
            Assert.Equal(error, Assert.Single(PoolSetFile.Lint(set)).Error);
        }

        File.WriteAllText(set, $"PMEMPOOLSET\n10M {sub}/f\n10M {directory.File("link")}/f\n");
        Assert.Equal(2, PoolSetFile.Load(set, PoolSetReading.Compatible).Replicas[0].Parts.Count);
    }

    [Fact]
    public void A_file_is_saved_whole_and_read_back()
    {
        using TempDirectory directory = TempDirectory.Create();
        string path = directory.File("x.set");
        PoolSetFile set = PoolSetFile.Parse($"PMEMPOOLSET\n10M {directory.File("a")}\n");
        set.Save(path);
        set.Save(path);
        Assert.Equal(set.ToString(), PoolSetFile.Load(path).ToString());
        Assert.True(PoolSetFile.IsSetFile(path));
        Assert.Equal([path], Directory.GetFiles(directory.Path));
        Assert.Equal(2, Assert.Throws<PmemIOException>(() => PoolSetFile.Load(directory.File("none"))).ErrorNumber);
        Assert.Equal(21, Assert.Throws<PmemIOException>(() => PoolSetFile.Load(directory.Path)).ErrorNumber);
        File.WriteAllBytes(path, [.. "PMEMPOOLSET\n10M /a"u8, 0xFF, (byte)'\n']);
        Assert.Equal(PoolSetFileError.NotText, Assert.Throws<PoolSetFileException>(() => PoolSetFile.Load(path)).Issue.Error);
        using (FileStream large = File.Create(path))
        {
            large.SetLength(PoolSetFile.MaxBytes + 10L);
        }

        Assert.Equal(PoolSetFileError.TooLong, Assert.Throws<PoolSetFileException>(() => PoolSetFile.Load(path)).Issue.Error);
    }
}
