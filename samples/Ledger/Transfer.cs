using System.Globalization;

namespace Ledger;

/// <summary>One line of the input file.</summary>
internal readonly record struct Transfer(long Id, long From, long To, long Cents)
{
    public static Transfer[] Read(string path) =>
        [.. File.ReadLines(path).Skip(1).Select(line =>
        {
            string[] cells = line.Split(',');
            return new Transfer(Number(cells[0]), Number(cells[1]), Number(cells[2]), Cent(cells[3]));
        })];

    private static long Number(string cell) => long.Parse(cell, CultureInfo.InvariantCulture);

    private static long Cent(string cell) => (long)(decimal.Parse(cell, CultureInfo.InvariantCulture) * 100);
}
