using System.Text;
using PmemTyped.Objects.Layout;

namespace PmemTyped.Objects.Regions;

/// <summary>A layout as a region knows it, of the program or of the medium.</summary>
/// <param name="Name">Its name on media.</param>
/// <param name="Hash">Its fingerprint.</param>
/// <param name="SizeBytes">Size of an object.</param>
/// <param name="AlignmentBytes">Alignment of an object.</param>
/// <param name="Text">The whole layout, as far as it fits.</param>
internal sealed record RegionType(string Name, ulong Hash, int SizeBytes, int AlignmentBytes, string Text)
{
    private const string CutOff = "...";

    /// <summary>The layout of a type of this program.</summary>
    internal static RegionType Of<T>()
        where T : unmanaged, IPersistentLayout<T>
    {
        T.VerifyLayout();
        string name = Encoding.UTF8.GetString(T.LayoutName);
        string text = Encoding.UTF8.GetString(T.LayoutDescription);
        if (Encoding.UTF8.GetByteCount(text) > TypeEntryLayout.MaxTextBytes)
        {
            // Cut behind a field, as for block pools; the name comes first and is what types are found by.
            int bytes = TypeEntryLayout.MaxTextBytes - CutOff.Length;
            string fitting = Encoding.UTF8.GetString(T.LayoutDescription[..bytes]);
            int end = fitting.LastIndexOf(' ') + 1;
            text = end > name.Length + 1
                ? fitting[..end] + CutOff
                : throw new ArgumentException(
                    $"The name of the layout '{name[..32]}...' is too long for a region. Use one below 900 bytes.");
        }

        return new RegionType(name, T.LayoutHash, T.Size, T.Alignment, text);
    }

    /// <summary>Distance of two objects, and what slots are aligned to.</summary>
    internal int StrideBytes => StrideOf(SizeBytes, AlignmentBytes);

    /// <summary>Distance of two objects: no two share an atom of the medium.</summary>
    internal static int StrideOf(int sizeBytes, int alignmentBytes)
    {
        int alignment = Math.Max(alignmentBytes, sizeof(ulong));
        return (sizeBytes + alignment - 1) & -alignment;
    }
}
