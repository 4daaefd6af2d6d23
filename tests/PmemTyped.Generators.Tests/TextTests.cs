using System.Runtime.CompilerServices;
using PmemTyped.Generators.Tests.Layouts;

namespace PmemTyped.Generators.Tests;

public class TextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Ada")]
    [InlineData("Zoë Å 😀")]
    [InlineData("12345678901234567890123456789012")]
    public void Text_that_fits_comes_back(string text)
    {
        OwnerName name = text;

        Assert.Equal(text, name.ToString());
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(text), name.Utf8.ToArray());
        Assert.Equal(name, OwnerName.FromUtf8(name.Utf8));
    }

    [Theory]
    [InlineData("123456789012345678901234567890123")]
    [InlineData("1234567890123456789012345678901ë")]
    [InlineData("a\0b")]
    public void Text_that_does_not_fit_is_refused(string text)
    {
        Assert.Throws<ArgumentException>(() => (OwnerName)text);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => (OwnerName)new string('\uD800', 1));
    }

    [Fact]
    public void Bytes_that_are_not_text_are_refused()
    {
        Assert.Throws<ArgumentException>(() => OwnerName.FromUtf8([0xFF]));
    }

    [Fact]
    public void Equality_is_that_of_the_content()
    {
        OwnerName a = "Ada";
        OwnerName b = "Ada";
        ((Span<byte>)b)[20] = 1;

        Assert.True(a == b);
        Assert.False(a != b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.True(a.Equals((object)b));
        Assert.False(a.Equals((object)"Ada"));
        Assert.NotEqual(a, (OwnerName)"Bob");
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Zoë Å 😀", true)]
    [InlineData("12345678901234567890123456789012", true)]
    [InlineData("123456789012345678901234567890123", false)]
    [InlineData("1234567890123456789012345678901ë", false)]
    [InlineData("a\0b", false)]
    public void Whether_text_fits_can_be_asked(string text, bool fits)
    {
        Assert.Equal(fits, OwnerName.TryFrom(text, out OwnerName name));
        Assert.Equal(fits ? text : "", name.ToString());
        Assert.Equal(name.ToString().Length == 0, name.IsEmpty);
        Assert.False(OwnerName.TryFrom(new string('\uD800', 1), out _));
    }

    [Fact]
    public void Text_is_compared_with_strings_of_any_length()
    {
        OwnerName name = "Zoë";
        OwnerName full = new string('x', 32);

        Assert.True(name == "Zoë");
        Assert.False(name == "Zoe");
        Assert.False(name == "Zoë ");
        Assert.False(name == "Zo");
        Assert.False(name == null);
        Assert.True(name != new string('Z', 1000));
        Assert.True(full == new string('x', 32));
        Assert.True(full != new string('x', 33));
        Assert.False(full == new string('x', 31) + '\uD800');
        Assert.False(full == new string('x', 32) + '\0');
        Assert.True((OwnerName)"" == "");
    }

    [Fact]
    public void Long_text_is_compared_across_pieces()
    {
        string text = new string('a', 63) + "😀" + new string('ß', 50);
        Span<byte> field = new byte[300];
        Utf8Text.Encode(text, field);

        Assert.True(Utf8Text.Equals(field, text));
        Assert.False(Utf8Text.Equals(field, text + "ß"));
        Assert.False(Utf8Text.Equals(field, text[..^1] + "ü"));
    }

    [Fact]
    public void The_storage_is_exactly_the_capacity()
    {
        Assert.Equal(32, OwnerName.CapacityBytes);
        Assert.Equal(32, Unsafe.SizeOf<OwnerName>());
    }
}
