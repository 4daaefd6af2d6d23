using PmemTyped.Schema;

namespace PmemTyped.Generators;

// The storage and conversions of a struct marked [VariableBytes]. Equality is that of the content: what lies behind it
// has no meaning.
public sealed partial class PersistentLayoutGenerator
{
    private static void WriteBytesPart(CodeWriter writer, TextModel bytes)
    {
        string type = bytes.Identity.Reference;
        writer.Plain(GeneratedCode);
        writer.Line($"[global::System.Runtime.CompilerServices.InlineArray({TextPlanner.PrefixBytes + bytes.CapacityBytes})]");
        writer.Line($"partial struct {bytes.Identity.Name} : global::System.IEquatable<{type}>");
        writer.Open();
        writer.Line($$"""
            /// <summary>The most bytes that it holds.</summary>
            public const int CapacityBytes = {{bytes.CapacityBytes}};

            private byte _element0;

            /// <summary>Gets how many bytes there are.</summary>
            /// <exception cref="global::System.IO.InvalidDataException">More than <see cref="CapacityBytes"/>: something else wrote them.</exception>
            public readonly int Length => global::PmemTyped.VariableBytes.Content(this).Length;

            /// <summary>Gets whether there are none.</summary>
            /// <exception cref="global::System.IO.InvalidDataException">More than <see cref="CapacityBytes"/>: something else wrote them.</exception>
            public readonly bool IsEmpty => Length == 0;

            /// <summary>Whether the bytes are the same.</summary>
            public static bool operator ==({{type}} left, {{type}} right) => left.Equals(right);

            /// <summary>Whether the bytes differ.</summary>
            public static bool operator !=({{type}} left, {{type}} right) => !left.Equals(right);

            /// <summary>Takes bytes.</summary>
            /// <param name="bytes">At most <see cref="CapacityBytes"/>.</param>
            /// <exception cref="global::System.ArgumentException">There are more.</exception>
            public static {{type}} From({{Bytes}} bytes)
            {
                {{type}} result = default;
                global::PmemTyped.VariableBytes.Store(bytes, result);
                return result;
            }

            /// <summary>Takes bytes where they fit.</summary>
            /// <param name="bytes">The bytes.</param>
            /// <param name="result">The same, or none where the result is false.</param>
            /// <returns>Whether there are at most <see cref="CapacityBytes"/>.</returns>
            public static bool TryFrom({{Bytes}} bytes, out {{type}} result)
            {
                result = default;
                return global::PmemTyped.VariableBytes.TryStore(bytes, result);
            }

            /// <summary>The bytes, without a copy.</summary>
            /// <exception cref="global::System.IO.InvalidDataException">More than <see cref="CapacityBytes"/>: something else wrote them.</exception>
            [global::System.Diagnostics.CodeAnalysis.UnscopedRef]
            public readonly {{Bytes}} AsSpan() => global::PmemTyped.VariableBytes.Content(this);

            /// <inheritdoc/>
            public readonly bool Equals({{type}} other) => global::System.MemoryExtensions.SequenceEqual(AsSpan(), other.AsSpan());

            /// <inheritdoc/>
            public override readonly bool Equals(object? obj) => obj is {{type}} other && Equals(other);

            /// <inheritdoc/>
            public override readonly int GetHashCode()
            {
                global::System.HashCode hash = default;
                hash.AddBytes(AsSpan());
                return hash.ToHashCode();
            }
            """);
        writer.Close();
    }
}
