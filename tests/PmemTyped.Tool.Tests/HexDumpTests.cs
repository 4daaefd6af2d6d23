namespace PmemTyped.Tool.Tests;

public sealed class HexDumpTests
{
    [Fact]
    public void A_short_last_line_is_padded_so_that_the_text_column_stays()
    {
        byte[] bytes = [0x1F, 0x20, 0x7E, 0x7F, 0xFF, .. "hello, world!"u8];
        Assert.Equal(
            """
            00000000  1f 20 7e 7f ff 68 65 6c  6c 6f 2c 20 77 6f 72 6c  |. ~..hello, worl|
            00000010  64 21                                             |d!|
            00000012

            """,
            Dump(bytes));
    }

    [Fact]
    public void Lines_that_repeat_are_one_asterisk()
    {
        byte[] bytes = new byte[80];
        bytes[64] = 0x41;
        Assert.Equal(
            """
            00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
            *
            00000040  41 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |A...............|
            00000050

            """,
            Dump(bytes));
    }

    [Fact]
    public void A_short_last_line_is_no_repetition_of_a_longer_one() => Assert.Equal(
        """
        00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
        00000010  00                                                |.|
        00000011

        """,
        Dump(new byte[17]));

    private static string Dump(byte[] bytes)
    {
        using var text = new StringWriter();
        HexDump.Write(text, bytes);
        return text.ToString();
    }
}
