using System.Globalization;
using System.Text;

namespace PmemTyped.Objects.Records;

/// <summary>What a record header and a comparison need of a layout.</summary>
/// <param name="Hash">The fingerprint.</param>
/// <param name="Version">The version.</param>
/// <param name="Size">Payload in bytes.</param>
/// <param name="Text">The field table.</param>
internal sealed record LayoutFacts(ulong Hash, int Version, int Size, string Text)
{
    private const string SizeKey = " size=";

    internal static LayoutFacts Of<T>()
        where T : unmanaged, IPersistentLayout<T> =>
        new(T.LayoutHash, T.LayoutVersion, T.Size, Encoding.UTF8.GetString(T.LayoutDescription));

    /// <summary>The layout and all that it migrates from, the layout itself first.</summary>
    internal static IReadOnlyList<LayoutFacts> WithAncestors<T>()
        where T : unmanaged, IBlockRecord<T>
    {
        var ancestors = new Ancestors();
        ancestors.Reference<T>();
        T.VisitAncestors(ancestors);
        return ancestors.Found;
    }

    /// <summary>The size that a field table says, or null.</summary>
    internal static int? SizeOf(string text)
    {
        int start = text.IndexOf(SizeKey, StringComparison.Ordinal) + SizeKey.Length;
        int end = text.IndexOf(' ', start);
        bool isFound = start >= SizeKey.Length && end > start;
        return isFound && int.TryParse(text.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? size
            : null;
    }

    private sealed class Ancestors : ILayoutVisitor
    {
        internal List<LayoutFacts> Found { get; } = [];

        public void Reference<T>()
            where T : unmanaged, IPersistentLayout<T>
        {
            if (Found.All(f => f.Hash != T.LayoutHash))
            {
                Found.Add(Of<T>());
            }
        }

        public void Nested<T>()
            where T : unmanaged, IPersistentLayout<T> => throw new NotSupportedException();
    }
}
