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
    private const string BlockRecordAttribute = "PmemTyped.BlockRecordAttribute";

    internal static int BlockSize(INamedTypeSymbol type, int size, PlanContext context)
    {
        int recordSize = HeaderSize + size;
        int automatic = Math.Max(MinBlockSize, (int)FieldPlacement.RoundUp(recordSize, BlockSizeStep));
        int asked = TypeNames.Attribute(type, BlockRecordAttribute) is { } data
            ? LayoutAttribute.Named(data, "BlockSize", 0)
            : 0;
        if (asked == 0)
        {
            return automatic;
        }

        if (asked < recordSize || asked < MinBlockSize)
        {
            context.Add(ProblemKind.RecordDoesNotFit, type, string.Format(
                CultureInfo.InvariantCulture,
                "a record of {0} bytes needs a block of at least {1}, not {2}",
                recordSize,
                Math.Max(recordSize, MinBlockSize),
                asked));
        }

        return asked;
    }
}
