using System.Text;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Fuzz;

/// <summary>
/// A hundred thousand damaged set files: each is read or refused with a place, never anything else, and what is read prints
/// as text that means the same.
/// </summary>
public sealed class MutatedSetFileTests
{
    private const int Files = 100_000;
    private const int MostMutations = 8;
    private const string Alphabet = " \t\n\r#/-+0123456789KMGTPiB,.AUTOREPLICAOPTIONSINGLEHDRNOHDRSabc\0\u00e9";

    private static readonly string[] s_seeds =
    [
        "PMEMPOOLSET\n20M /a/b\n",
        "PMEMPOOLSET\r\nOPTION SINGLEHDR\r\n20MiB /a\r\n10MB /b # x\r\nREPLICA\r\n30M /c\r\n",
        "PMEMPOOLSET\n# c\n20M /a\nREPLICA u@n d/e.set\nREPLICA\nAUTO /dev/dax0.0\nOPTION NOHDRS\n",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void A_damaged_set_file_is_read_or_refused_with_a_place(int seed)
    {
        var random = new Random(seed);
        int read = 0;
        for (int i = 0; i < Files / 2; i++)
        {
            string text = Mutate(random, s_seeds[random.Next(s_seeds.Length)]);
            try
            {
                read += Check(text) ? 1 : 0;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, file {i}: {e.GetType().Name} for {Convert.ToHexString(Encoding.UTF8.GetBytes(text))}");
            }
        }

        // Both ways are taken often.
        Assert.InRange(read, Files / 200, Files / 2 * 99 / 100);
    }

    private static bool Check(string text)
    {
        PoolSetFile set;
        try
        {
            set = PoolSetFile.Parse(text);
        }
        catch (PoolSetFileException e)
        {
            int lines = text.Count(c => c == '\n') + 1;
            Assert.InRange(e.Issue.Line, 1, lines);
            Assert.InRange(e.Issue.Column, 1, text.Length + 1);
            Assert.Contains(PoolSetFile.LintText(text), i => i.IsError);
            return false;
        }

        Assert.DoesNotContain(PoolSetFile.LintText(text), i => i.IsError);
        string printed = set.ToString();
        Assert.Equal(printed, PoolSetFile.Parse(printed).ToString());
        Assert.Equal(printed, PoolSetFile.Parse(text, reading: PoolSetReading.Compatible).ToString());
        return true;
    }

    private static string Mutate(Random random, string seed)
    {
        var text = new StringBuilder(seed);
        for (int left = random.Next(1, MostMutations); left > 0; left--)
        {
            int at = random.Next(text.Length + 1);
            switch (random.Next(4))
            {
                case 0:
                    text.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 1 when at < text.Length:
                    text.Remove(at, 1);
                    break;
                case 2 when at < text.Length:
                    text[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                default:
                    int from = random.Next(text.Length + 1);
                    string piece = text.ToString(from, random.Next(Math.Min(20, text.Length - from) + 1));
                    text.Insert(at, piece);
                    break;
            }
        }

        return text.ToString();
    }
}
