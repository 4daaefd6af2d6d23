using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.Tests;

/// <summary>The complete header of the block pool format, section 3.3, byte for byte.</summary>
internal static class HeaderVector
{
    internal const ulong Signature = 0x004B_4C42_4D45_4D50;
    internal const ulong Checksum = 0xE858_2797_2F80_AD8F;

    internal static byte[] Bytes()
    {
        const string Part = "2358155a2a695c41835e2d3d20346317";
        byte[] page = new byte[PartHeaderLayout.SizeBytes];
        Convert.FromHexString(
            "504d454d424c4b000100000001000000" + "0600000000000000" + "e38c6f0f62ee1c4399bdbf2519b4e116"
            + Part + Part + Part + Part + Part
            + "4507016b00000000" + "10737737f70700000201000000003e00").CopyTo(page, 0);
        Convert.FromHexString("8fad802f972758e8").CopyTo(page, 4088);
        return page;
    }

    internal static PartHeaderLayout Header() => Blittable.Read<PartHeaderLayout>(Bytes());

    /// <summary>A changed vector with the checksum that belongs to it.</summary>
    internal static PartHeaderLayout Changed(Func<PartHeaderLayout, PartHeaderLayout> change)
    {
        PartHeaderLayout header = change(Header());
        header.Checksum = PartHeader.ComputeChecksum(in header);
        return header;
    }
}
