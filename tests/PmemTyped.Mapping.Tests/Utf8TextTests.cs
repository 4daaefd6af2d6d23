namespace PmemTyped.Mapping.Tests;

/// <summary>Text of a fixed field: encoded whole or not at all, decoded whatever the bytes are.</summary>
public sealed class Utf8TextTests
{
    [Theory]
    [InlineData("", "0000000000000000")]
    [InlineData("abc", "6162630000000000")]
    [InlineData("abcdefgh", "6162636465666768")]
    [InlineData("\u00E9\u00E9\u00E9\u00E9", "C3A9C3A9C3A9C3A9")]
    [InlineData("\u20ACx", "E282AC7800000000")]
    [InlineData("\U0001F600\U0001F600", "F09F9880F09F9880")]
    public void Text_that_fits_is_encoded_zero_filled_and_decoded_again(string text, string expected)
    {
        byte[] field = [.. Enumerable.Repeat((byte)0xFF, 8)];
        Utf8Text.Encode(text, field);
        Assert.Equal(expected, Convert.ToHexString(field));
        Assert.Equal(text, Utf8Text.Decode(field));

        byte[] copied = [.. Enumerable.Repeat((byte)0xFF, 8)];
        Utf8Text.Copy(Utf8Text.Trim(field), copied);
        Assert.Equal(field, copied);
    }

    [Theory]
    [InlineData("abcdefghi", "needs 9 bytes of UTF-8, but the field has 8")]
    [InlineData("abcdefg\u00E9", "needs 9 bytes of UTF-8, but the field has 8")]
    [InlineData("\U0001F600\U0001F600\U0001F600", "needs 12 bytes of UTF-8, but the field has 8")]
    [InlineData("a\0b", "U+0000")]
    [InlineData("\0", "U+0000")]
    public void Text_that_does_not_fit_is_refused_and_the_field_unchanged(string text, string explanation)
    {
        byte[] field = [1, 2, 3, 4, 5, 6, 7, 8];
        var refusal = Assert.ThrowsAny<ArgumentException>(() => Utf8Text.Encode(text, field));
        Assert.Contains(explanation, refusal.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], field);
    }

    // Attributes cannot carry lone surrogates.
    [Theory]
    [InlineData(0xD83D, null)]
    [InlineData(0xDE00, null)]
    [InlineData(0xDE00, 0xD83D)]
    [InlineData(0xD83D, 0x61)]
    public void Lone_surrogates_are_refused_and_the_field_unchanged(int first, int? second)
    {
        string text = second is { } unit ? $"{(char)first}{(char)unit}" : $"{(char)first}";
        byte[] field = [1, 2, 3, 4, 5, 6, 7, 8];
        Assert.ThrowsAny<ArgumentException>(() => Utf8Text.Encode(text, field));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], field);
    }

    [Theory]
    [InlineData("C3", "not valid UTF-8")]
    [InlineData("6100", "not valid UTF-8 without zero bytes")]
    [InlineData("EDA080", "not valid UTF-8")]
    [InlineData("C080", "not valid UTF-8")]
    [InlineData("616263646566676869", "has 9 bytes, but the field has 8")]
    public void Bytes_that_are_no_text_or_too_many_are_refused(string bytes, string explanation)
    {
        byte[] field = [1, 2, 3, 4, 5, 6, 7, 8];
        var refusal = Assert.Throws<ArgumentException>(() => Utf8Text.Copy(Convert.FromHexString(bytes), field));
        Assert.Contains(explanation, refusal.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], field);
    }

    [Theory]
    [InlineData("0061620000000000", "")]
    [InlineData("6162006364000000", "ab")]
    [InlineData("61FF620000000000", "a\uFFFDb")]
    [InlineData("616263646566C3A9", "abcdef\u00E9")]
    public void Any_bytes_can_be_decoded(string bytes, string expected) =>
        Assert.Equal(expected, Utf8Text.Decode(Convert.FromHexString(bytes)));
}
