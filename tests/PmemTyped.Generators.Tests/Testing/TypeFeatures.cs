namespace PmemTyped.Testing;

/// <summary>One layout for each row of the table of types, in each style that allows it, and for each way to declare one.</summary>
internal static class TypeFeatures
{
    private static readonly (string Name, string Type)[] s_fields =
    [
        ("SByte", "sbyte"), ("Byte", "byte"), ("Int16", "short"), ("UInt16", "ushort"), ("Int32", "int"), ("UInt32", "uint"),
        ("Int64", "long"), ("UInt64", "ulong"), ("Half", "Half"), ("Single", "float"), ("Double", "double"),
        ("Int128", "Int128"), ("UInt128", "UInt128"), ("Guid", "Guid"), ("DateOnly", "DateOnly"), ("TimeOnly", "TimeOnly"),
        ("TimeSpan", "TimeSpan"), ("Rune", "System.Text.Rune"),
    ];

    private static readonly (string Name, string Type)[] s_mapped =
    [
        ("Boolean", "bool"), ("Char", "char"), ("Decimal", "decimal"), ("DateTime", "DateTime"), ("DateTimeOffset", "DateTimeOffset"),
    ];

    private static readonly (string Name, string Source)[] s_declarations =
    [
        ("RecordStruct", "[PersistentLayout(\"record\")] public partial record struct Kept { public long A; public partial bool? B { get; set; } [Reserved] private partial short C { get; set; } [Reserved] private partial int D { get; set; } }"),
        ("InRecordStruct", "public partial record struct Outer { [PersistentLayout(\"inner\")] public partial struct Kept { public int A; } }"),
        ("Unsafe", "public unsafe partial class Outer { [PersistentLayout(\"inner\")] public unsafe partial struct Kept { public int A; } }"),
        ("WithInterfaces", "[PersistentLayout(\"interfaces\")] public partial struct Kept : IEquatable<Kept> { public int A; public readonly bool Equals(Kept other) => A == other.A; public override readonly bool Equals(object? o) => o is Kept k && Equals(k); public override readonly int GetHashCode() => A; }"),
        ("PageAligned", "[PersistentLayout(\"page\", Alignment = 4096)] public partial struct Kept { public Page A; [PublishField] public ulong B; [Reserved] internal Rest C; } [InlineArray(4080)] public struct Page { private byte _e; } [InlineArray(8)] internal struct Rest { private byte _e; }"),
        ("Packed", "[PersistentLayout(\"packed\")] [StructLayout(LayoutKind.Sequential, Pack = 4)] public partial struct Kept { public int A; public int B; }"),
        ("Groups", "[PersistentLayout(\"groups\")] public partial struct Kept { [AtomicGroup(\"sum\")] public long A; [AtomicGroup(\"sum\")] public partial long B { get; set; } }"),
        ("ArrayOfGuids", "[PersistentLayout(\"guids\")] public partial struct Kept { public Guids A; } [InlineArray(3)] public struct Guids { private Guid _e; }"),
        ("ArrayOfReferences", "[PersistentLayout(\"references\")] public partial struct Kept { [PointsTo<Kept>] public Eight A; } [InlineArray(8)] public struct Eight { private PPtr _e; }"),
        ("EnumOfEachWidth", "[PersistentLayout(\"enums\")] public partial struct Kept { public A A; public B B; public C C; public D D; [Reserved] private byte _r; } public enum A : ulong { } public enum B : int { } public enum C : short { } public enum D : byte { }"),
    ];

    internal static readonly IReadOnlyDictionary<string, string> All = Rows().ToDictionary(r => r.Name, r => r.Source, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. All.Keys];

    private static IEnumerable<(string Name, string Source)> Rows()
    {
        foreach (var (name, type) in s_fields)
        {
            yield return Row("FieldOf" + name, $"public {type} Kept;");
        }

        foreach (var (name, type) in s_mapped)
        {
            yield return Row("MappedOf" + name, $"public partial {type} Kept {{ readonly get; set; }}");
            yield return Row("NullableOf" + name, $"public partial {type}? Kept {{ readonly get; set; }}");
        }

        foreach (var (name, source) in s_declarations)
        {
            yield return ("Declared" + name, $"namespace Types.Declared{name};\n{source}");
        }
    }

    private static (string Name, string Source) Row(string name, string member) =>
        (name, $"namespace Types.{name};\n[PersistentLayout] public partial struct Holder {{ {member} }}");
}
