using PmemTyped.Schema;

namespace PmemTyped.Generators;

// The storage and conversions of a struct marked [Utf8Text]. Equality is that of the content: what lies behind the
// first zero has no meaning.
public sealed partial class PersistentLayoutGenerator
{
    private static void WriteTextPart(CodeWriter writer, TextModel text)
    {
        string type = text.Identity.Reference;
        writer.Plain(GeneratedCode);
        writer.Line($"[global::System.Runtime.CompilerServices.InlineArray({text.CapacityBytes})]");
        writer.Line($"partial struct {text.Identity.Name} : global::System.IEquatable<{type}>");
        writer.Open();
        writer.Line($$"""
            /// <summary>Capacity in bytes of UTF-8.</summary>
            public const int CapacityBytes = {{text.CapacityBytes}};

            private byte _element0;

            /// <summary>Gets the bytes before the first zero.</summary>
            [global::System.Diagnostics.CodeAnalysis.UnscopedRef]
            public readonly {{Bytes}} Utf8 => global::PmemTyped.Utf8Text.Trim(this);

            /// <summary>Encodes text.</summary>
            /// <param name="text">The text; at most <see cref="CapacityBytes"/> bytes of UTF-8, without U+0000.</param>
            /// <exception cref="global::System.ArgumentException">It is too long, no valid UTF-16, or contains U+0000.</exception>
            public static implicit operator {{type}}(string text)
            {
                {{type}} result = default;
                global::PmemTyped.Utf8Text.Encode(text, result);
                return result;
            }

            /// <summary>Gets whether the text is empty.</summary>
            public readonly bool IsEmpty => _element0 == 0;

            /// <summary>Whether the text is that of a string, which may be longer than <see cref="CapacityBytes"/>.</summary>
            public static bool operator ==({{type}} left, string? right) => right is not null && global::PmemTyped.Utf8Text.Equals(left, right);

            /// <summary>Whether the text differs from that of a string.</summary>
            public static bool operator !=({{type}} left, string? right) => !(left == right);

            /// <summary>Whether two texts are the same.</summary>
            public static bool operator ==({{type}} left, {{type}} right) => left.Equals(right);

            /// <summary>Whether two texts differ.</summary>
            public static bool operator !=({{type}} left, {{type}} right) => !left.Equals(right);

            /// <summary>Takes text that is UTF-8 already.</summary>
            /// <param name="utf8">Valid UTF-8 without zero bytes, at most <see cref="CapacityBytes"/> bytes.</param>
            /// <exception cref="global::System.ArgumentException">It is too long, no valid UTF-8, or contains a zero byte.</exception>
            public static {{type}} FromUtf8({{Bytes}} utf8)
            {
                {{type}} result = default;
                global::PmemTyped.Utf8Text.Copy(utf8, result);
                return result;
            }

            /// <summary>Encodes text where it fits.</summary>
            /// <param name="text">The text.</param>
            /// <param name="result">The encoded text, empty where the result is false.</param>
            /// <returns>Whether it is valid UTF-16 without U+0000 and needs at most <see cref="CapacityBytes"/> bytes of UTF-8.</returns>
            public static bool TryFrom(global::System.ReadOnlySpan<char> text, out {{type}} result)
            {
                result = default;
                return global::PmemTyped.Utf8Text.TryEncode(text, result);
            }

            /// <inheritdoc/>
            public readonly bool Equals({{type}} other) => global::System.MemoryExtensions.SequenceEqual(Utf8, other.Utf8);

            /// <inheritdoc/>
            public override readonly bool Equals(object? obj) => obj is {{type}} other && Equals(other);

            /// <inheritdoc/>
            public override readonly int GetHashCode()
            {
                global::System.HashCode hash = default;
                hash.AddBytes(Utf8);
                return hash.ToHashCode();
            }

            /// <summary>Decodes the text; bytes that are not UTF-8 become U+FFFD.</summary>
            public override readonly string ToString() => global::PmemTyped.Utf8Text.Decode(this);
            """);
        writer.Close();
    }
}
