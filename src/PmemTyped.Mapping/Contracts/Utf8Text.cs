using System.Text;

namespace PmemTyped;

/// <summary>Called by generated text types: fixed-length UTF-8, zero-filled.</summary>
public static class Utf8Text
{
    /// <summary>Encodes text into a fixed field and fills the rest with zeros.</summary>
    /// <param name="text">The text; must not contain U+0000, which ends the field.</param>
    /// <param name="field">The whole field.</param>
    /// <exception cref="ArgumentException">It is not valid UTF-16, contains U+0000, or needs more bytes than the field has.</exception>
    public static void Encode(ReadOnlySpan<char> text, Span<byte> field)
    {
        if (text.Contains('\0'))
        {
            throw new ArgumentException("Text with U+0000 cannot be stored in a fixed field: zero ends it.", nameof(text));
        }

        int needed = s_strict.GetByteCount(text);
        if (needed > field.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"The text needs {needed} bytes of UTF-8, but the field has {field.Length}. Shorten it."),
                nameof(text));
        }

        int written = s_strict.GetBytes(text, field);
        field[written..].Clear();
    }

    /// <summary>Encodes text into a fixed field where it fits; otherwise the field is all zero.</summary>
    /// <param name="text">The text.</param>
    /// <param name="field">The whole field.</param>
    /// <returns>Whether it is valid UTF-16 without U+0000 and no longer than the field.</returns>
    public static bool TryEncode(ReadOnlySpan<char> text, Span<byte> field)
    {
        field.Clear();
        if (!text.Contains('\0')
            && System.Text.Unicode.Utf8.FromUtf16(text, field, out _, out _, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done)
        {
            return true;
        }

        field.Clear();
        return false;
    }

    /// <summary>Whether a field holds a text. Never throws; text that no field can hold is not equal to any.</summary>
    /// <param name="field">The whole field.</param>
    /// <param name="text">The text.</param>
    public static bool Equals(ReadOnlySpan<byte> field, ReadOnlySpan<char> text)
    {
        const int CharsAtOnce = 64;
        const int MostBytesOfAChar = 3;
        ReadOnlySpan<byte> left = Trim(field);
        Span<byte> encoded = stackalloc byte[CharsAtOnce * MostBytesOfAChar];
        while (!text.IsEmpty)
        {
            bool isLast = text.Length <= CharsAtOnce;
            _ = System.Text.Unicode.Utf8.FromUtf16(
                isLast ? text : text[..CharsAtOnce], encoded, out int read, out int written, replaceInvalidSequences: false, isFinalBlock: isLast);
            if (read == 0 || !left.StartsWith(encoded[..written]))
            {
                return false;
            }

            text = text[read..];
            left = left[written..];
        }

        return left.IsEmpty;
    }

    /// <summary>Copies UTF-8 into a fixed field and fills the rest with zeros.</summary>
    /// <param name="utf8">Valid UTF-8 without zero bytes.</param>
    /// <param name="field">The whole field.</param>
    /// <exception cref="ArgumentException">It is not valid UTF-8, contains a zero byte, or is too long.</exception>
    public static void Copy(ReadOnlySpan<byte> utf8, Span<byte> field)
    {
        if (utf8.Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(utf8))
        {
            throw new ArgumentException("The bytes are not valid UTF-8 without zero bytes.", nameof(utf8));
        }

        if (utf8.Length > field.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The text has {utf8.Length} bytes, but the field has {field.Length}. Shorten it."),
                nameof(utf8));
        }

        utf8.CopyTo(field);
        field[utf8.Length..].Clear();
    }

    /// <summary>The bytes of a field before the first zero.</summary>
    /// <param name="field">The whole field.</param>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    /// <summary>Decodes a field; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="field">The whole field.</param>
    public static string Decode(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(Trim(field));

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);
}
