// Holds one idea: in which block a record lives. Header size and limits follow docs/format of the record.
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

internal static class RecordPlanner
{
    internal const int HeaderSize = 32;

    /// <summary>The smallest block of a pool.</summary>
    internal const int MinBlockSize = 512;

    private const int BlockSizeStep = 256;
    private const int SlotStep = 8;
    private const string BlockRecordAttribute = "PmemTyped.BlockRecordAttribute";

    /// <summary>Whether records of a layout are asked for, not only possible.</summary>
    internal static bool IsRecord(INamedTypeSymbol type) => TypeNames.Attribute(type, BlockRecordAttribute) is not null;

    /// <summary>Whether a block holds as many records as fit.</summary>
    internal static bool IsPacked(INamedTypeSymbol type) => TypeNames.Attribute(type, BlockRecordAttribute) is { } data
        && data.NamedArguments.Any(a => a is { Key: "Pack", Value.Value: true });

    internal static int BlockSize(INamedTypeSymbol type, int size, PlanContext context)
    {
        int recordSize = HeaderSize + size;
        int least = Math.Max(MinBlockSize, recordSize);
        int slot = (int)FieldPlacement.RoundUp(recordSize, SlotStep);
        if (IsPacked(type))
        {
            if (slot > ushort.MaxValue)
            {
                context.Add(ProblemKind.RecordDoesNotFit, type, string.Format(
                    CultureInfo.InvariantCulture, "a record of {0} bytes is too large to be packed; leave out Pack", recordSize));
            }

            least = Math.Max(MinBlockSize, 2 * slot);
        }

        int automatic = (int)FieldPlacement.RoundUp(least, BlockSizeStep);
        int asked = TypeNames.Attribute(type, BlockRecordAttribute) is { } data
            ? LayoutAttribute.Named(data, "BlockSize", 0)
            : 0;
        if (asked == 0)
        {
            return automatic;
        }

        if (asked < least)
        {
            context.Add(ProblemKind.RecordDoesNotFit, type, string.Format(
                CultureInfo.InvariantCulture,
                IsPacked(type)
                    ? "two packed records of {0} bytes need a block of at least {1}, not {2}"
                    : "a record of {0} bytes needs a block of at least {1}, not {2}",
                recordSize,
                least,
                asked));
        }

        return asked;
    }
}
