namespace PmemTyped.Analyzers.Tests;

/// <summary>The behaviour of every layout rule: rows with markup fire there, rows without are silent.</summary>
internal static class LayoutCases
{
    private const string L = "[PersistentLayout(\"s\")] ";
    private const string Old = L + "partial struct Old { public int A; } ";
    private const string A = "[PersistentLayout(\"s\", Alignment = 64)] ";

    internal static readonly (string Rule, string Name, string Source)[] All =
    [
        ("PMT0001", "type is not partial", L + "struct {|PMT0001:S|} { public int A; }"),
        ("PMT0001", "container is not partial", "class {|PMT0001:C|} { " + L + "public partial struct S { public int A; } }"),
        ("PMT0001", "text is not partial", "[Utf8Text(4)] struct {|PMT0001:S|};"),
        ("PMT0001", "type and container are partial", "partial class C { " + L + "public partial struct S { public int A; } }"),
        ("PMT0001", "a struct that is no layout", "struct S { public string A; }"),

        ("PMT0002", "generic", L + "partial struct {|PMT0002:S|}<T> { public int A; }"),
        ("PMT0002", "inside a generic type", "partial class C<T> { " + L + "public partial struct {|PMT0002:S|} { public int A; } }"),
        ("PMT0002", "positional record struct", L + "partial record struct {|PMT0002:S|}(int {|PMT0018:A|});"),
        ("PMT0002", "record struct with an inline array", L + "partial record struct {|PMT0002:S|} { public V A; } [InlineArray(4)] public struct V { private byte _e; }"),
        ("PMT0002", "record struct of fields", L + "partial record struct S { public int A; public int B; }"),
        ("PMT0002", "ref struct", "[Utf8Text(4)] ref partial struct {|PMT0002:S|};"),
        ("PMT0002", "local to its file", L + "file partial struct {|PMT0002:S|} { public int A; }"),
        ("PMT0002", "plain struct", L + "partial struct S { public int A; }"),
        ("PMT0002", "struct with an interface and methods", L + "partial struct S : ICloneable { public int A; public object Clone() => this; }"),

        ("PMT0003", "string", L + "partial struct S { public string {|PMT0003:A|}; }"),
        ("PMT0003", "object, array and delegate", L + "partial struct S { public object {|PMT0003:A|}; public int[] {|PMT0003:B|}; public Action {|PMT0003:C|}; }"),
        ("PMT0003", "event", L + "partial struct S { public event Action {|PMT0003:E|}; }"),
        ("PMT0003", "event without storage", L + "partial struct S { public int A; public event Action E { add { } remove { } } }"),
        ("PMT0003", "text type", L + "partial struct S { public N A; } [Utf8Text(4)] public partial struct N;"),
        ("PMT0003", "static reference", L + "partial struct S { public int A; public static string B; public const string C = \"\"; }"),

        ("PMT0004", "native integers", L + "partial struct S { public nint {|PMT0004:A|}; public UIntPtr {|PMT0004:B|}; }"),
        ("PMT0004", "vector", L + "partial struct S { public System.Numerics.Vector<byte> {|PMT0004:V|}; }"),
        ("PMT0004", "pointers", L + "unsafe partial struct S { public int* {|PMT0004:P|}; public delegate*<void> {|PMT0004:F|}; }"),
        ("PMT0004", "fixed width", L + "partial struct S { public long A; public ulong B; }"),
        ("PMT0004", "inline array instead of a vector", L + "partial struct S { public V V; } [InlineArray(16)] public struct V { private byte _e; }"),

        ("PMT0005", "date and time", L + "partial struct S { public DateTime {|PMT0005:A|}; public DateTimeOffset {|PMT0005:B|}; }"),
        ("PMT0005", "tuple and nullable", L + "partial struct S { public (byte, long) {|PMT0005:A|}; public int? {|PMT0005:B|}; }"),
        ("PMT0005", "foreign struct", L + "partial struct S { public F {|PMT0005:A|}; } public struct F { public int X; }"),
        ("PMT0005", "nested layout with errors", L + "partial struct S { public N {|PMT0005:A|}; } [PersistentLayout(\"n\")] public partial struct N { public bool {|PMT0006:B|}; }"),
        ("PMT0005", "inline array of structs", L + "partial struct S { public V {|PMT0005:A|}; } [InlineArray(2)] public struct V { private F _e; } public struct F { public int X; }"),
        ("PMT0005", "reference to nothing in particular", L + "partial struct S { public PPtr {|PMT0005:A|}; [PointsTo<F>] public PPtr {|PMT0005:B|}; } public struct F { public int X; }"),
        ("PMT0005", "reference to a layout", L + "partial struct S { [PointsTo<S>] public PPtr A; }"),
        ("PMT0005", "listed structs of the runtime", L + "partial struct S { public TimeSpan A; public Guid B; public DateOnly C; public System.Text.Rune D; }"),
        ("PMT0005", "nested layout", L + "partial struct S { public N A; } [PersistentLayout(\"n\")] public partial struct N { public int B; }"),

        ("PMT0006", "bool and char", L + "partial struct S { public bool {|PMT0006:A|}; public char {|PMT0006:B|}; }"),
        ("PMT0006", "decimal", L + "partial struct S { public decimal {|PMT0006:A|}; }"),
        ("PMT0006", "inline array of bool", L + "partial struct S { public V {|PMT0006:A|}; } [InlineArray(2)] public struct V { private bool _e; }"),
        ("PMT0005", "mapped dates and nullable values", L + "partial struct S { public partial DateTime A { get; set; } public partial DateTimeOffset B { get; set; } public partial long? C { get; set; } }"),
        ("PMT0006", "mapped bool, char and decimal", L + "partial struct S { public partial decimal A { get; set; } public partial char B { get; set; } public partial bool C { get; set; } [Reserved] private partial byte R0 { get; set; } [Reserved] private partial int R1 { get; set; } }"),
        ("PMT0006", "byte", L + "partial struct S { public byte A; }"),
        ("PMT0006", "bool property without storage", L + "partial struct S { public byte A; public bool B => A != 0; }"),

        ("PMT0007", "enum of unstated width", L + "partial struct S { public E {|PMT0007:A|}; } public enum E { None }"),
        ("PMT0007", "inline array of such enums", L + "partial struct S { public V {|PMT0007:A|}; } [InlineArray(2)] public struct V { private E _e; } public enum E { None }"),
        ("PMT0007", "enum of stated width", L + "partial struct S { public E A; } public enum E : int { None }"),
        ("PMT0007", "enum of another assembly", L + "partial struct S { public DayOfWeek A; }"),

        ("PMT0008", "gap", L + "partial struct S { public byte A; public long {|PMT0008:B|}; }"),
        ("PMT0008", "rest", L + "partial struct {|PMT0008:S|} { public long A; public byte B; }"),
        ("PMT0008", "gap in an explicit layout", L + "[StructLayout(LayoutKind.Explicit)] partial struct S { [FieldOffset(0)] public int A; [FieldOffset(8)] public int {|PMT0008:B|}; }"),
        ("PMT0008", "named padding", L + "partial struct S { public byte A; [Reserved] public P _r; public long B; } [InlineArray(7)] public struct P { private byte _e; }"),
        ("PMT0008", "rest asked for by the alignment", "[PersistentLayout(\"s\", Alignment = 64)] partial struct S { public long A; }"),

        ("PMT0009", "explicit offset", L + "[StructLayout(LayoutKind.Explicit)] partial struct S { [FieldOffset(0)] public int A; [FieldOffset(4)] public long {|PMT0009:B|}; [FieldOffset(12)] public int C; }"),
        ("PMT0009", "pack", L + "[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 16)] partial struct S { public int A; public long {|PMT0009:B|}; public int C; }"),
        ("PMT0009", "nested layout that asks for more", L + "partial struct S { public long A; public N {|PMT0009:B|}; } [PersistentLayout(\"n\", Alignment = 16)] public partial struct N { public long A, B; }"),
        ("PMT0009", "explicit offset on its multiple", L + "[StructLayout(LayoutKind.Explicit)] partial struct S { [FieldOffset(0)] public long A; [FieldOffset(8)] public long B; }"),
        ("PMT0009", "pack without effect", L + "[StructLayout(LayoutKind.Sequential, Pack = 1)] partial struct S { public int A; public int B; }"),

        ("PMT0010", "array over two lines", A + "partial struct S { public B A; public B {|PMT0010:C|}; } [InlineArray(40)] public struct B { private byte _e; }"),
        ("PMT0010", "nested layout over two lines", A + "partial struct S { public B A; public N {|PMT0010:C|}; } [InlineArray(56)] public struct B { private byte _e; } [PersistentLayout(\"n\")] public partial struct N { public long X, Y; }"),
        ("PMT0010", "field longer than a line", A + "partial struct S { public long A; public B C; } [InlineArray(120)] public struct B { private byte _e; }"),
        ("PMT0010", "objects that start anywhere", L + "partial struct S { public B A; public B C; } [InlineArray(40)] public struct B { private byte _e; }"),
        ("PMT0010", "reserved bytes over two lines", A + "partial struct S { public B A; [Reserved] public B R; } [InlineArray(40)] public struct B { private byte _e; }"),

        ("PMT0011", "too narrow", L + "partial struct S { [PublishField] public int {|PMT0011:A|}; }"),
        ("PMT0011", "two of them", L + "partial struct S { [PublishField] public long A; [PublishField] public long {|PMT0011:B|}; }"),
        ("PMT0011", "enum", L + "partial struct S { [PublishField] public E {|PMT0011:A|}; } public enum E : long { None }"),
        ("PMT0011", "unsigned", L + "partial struct S { [PublishField] public ulong A; }"),
        ("PMT0011", "signed", L + "partial struct S { public long A; [PublishField] public long B; }"),

        ("PMT0012", "same offset", L + "[StructLayout(LayoutKind.Explicit)] partial struct S { [FieldOffset(0)] public int A; [FieldOffset(0)] public int {|PMT0012:B|}; }"),
        ("PMT0012", "partial overlap", L + "[StructLayout(LayoutKind.Explicit)] partial struct S { [FieldOffset(0)] public long A; [FieldOffset(4)] public int {|PMT0012:B|}; }"),
        ("PMT0012", "disjoint", L + "[StructLayout(LayoutKind.Explicit)] partial struct S { [FieldOffset(4)] public int A; [FieldOffset(0)] public int B; }"),
        ("PMT0012", "static field beside", L + "[StructLayout(LayoutKind.Explicit)] partial struct S { [FieldOffset(0)] public int A; public static int B; }"),

        ("PMT0013", "65 fields", L + "partial struct {|PMT0013:S|} { public byte " + Names(65) + "; }"),
        ("PMT0013", "100 fields", L + "partial struct {|PMT0013:S|} { public int " + Names(100) + "; }"),
        ("PMT0013", "64 fields", L + "partial struct S { public byte " + Names(64) + "; }"),
        ("PMT0013", "64 fields and a reserved one", L + "partial struct S { public byte " + Names(64) + "; [Reserved] public byte _r; }"),

        ("PMT0014", "two parts", L + "partial struct {|PMT0014:S|} { public int A; } partial struct S { public int B; }"),
        ("PMT0014", "three parts", L + "partial struct {|PMT0014:S|} { public int A; } partial struct S { public void M() { } } partial struct S { private int _b; }"),
        ("PMT0014", "methods in another part", L + "partial struct S { public int A; } partial struct S { public void M() { } }"),
        ("PMT0014", "constants in another part", L + "partial struct S { public int A; } partial struct S { public const int B = 1; public static int C; }"),

        ("PMT0015", "member of the cursor", L + "partial struct S { public int {|PMT0015:Persist|}; public int {|PMT0015:Value|}; }"),
        ("PMT0015", "member of the generated part", L + "partial struct S { public int {|PMT0015:Size|}; }"),
        ("PMT0015", "member of the field set", L + "partial struct S { public int {|PMT0015:All|}; }"),
        ("PMT0015", "property of the user", L + "partial struct S { public int A; public int {|PMT0015:BlockSize|} => 1; }"),
        ("PMT0015", "similar name", L + "partial struct S { public int PersistCount; public int Values; }"),
        ("PMT0015", "reserved field", L + "partial struct S { public int A; [Reserved] public int None; }"),

        ("PMT0016", "auto", L + "[StructLayout(LayoutKind.Auto)] partial struct {|PMT0016:S|} { public int A; }"),
        ("PMT0016", "too small", L + "[StructLayout(LayoutKind.Sequential, Size = 4)] partial struct {|PMT0016:S|} { public long A; }"),
        ("PMT0016", "no multiple of the alignment", "[PersistentLayout(\"s\", Alignment = 64)] [StructLayout(LayoutKind.Sequential)] partial struct {|PMT0016:S|} { public long A; }"),
        ("PMT0016", "sequential", L + "[StructLayout(LayoutKind.Sequential)] partial struct S { public long A; }"),
        ("PMT0016", "size that fits", "[PersistentLayout(\"s\", Alignment = 64)] [StructLayout(LayoutKind.Sequential, Size = 64)] partial struct S { public long A; }"),

        ("PMT0018", "auto-property", L + "partial struct S { public int A; public long {|PMT0018:B|} { get; set; } }"),
        ("PMT0018", "get-only auto-property", L + "partial struct S { public int A; public long {|PMT0018:B|} { get; } }"),
        ("PMT0018", "primary constructor", L + "partial struct {|PMT0018:S|}(int b) { public int A; public int B => b; }"),
        ("PMT0018", "computed property", L + "partial struct S { public int A; public int B { get => A; set => A = value; } }"),
        ("PMT0018", "static auto-property", L + "partial struct S { public int A; public static int B { get; set; } }"),

        ("PMT0019", "no fields", L + "partial struct {|PMT0019:S|} { }"),
        ("PMT0019", "blank in the name", "[PersistentLayout(\"a b\")] partial struct {|PMT0019:S|} { public int A; }"),
        ("PMT0019", "version and alignment", "[PersistentLayout(\"s\", Version = 0)] partial struct {|PMT0019:S|} { public int A; } [PersistentLayout(\"t\", Alignment = 3)] partial struct {|PMT0019:T|} { public int A; }"),
        ("PMT0019", "alignment below that of a field", "[PersistentLayout(\"s\", Alignment = 2)] partial struct {|PMT0019:S|} { public int A; }"),
        ("PMT0019", "readonly and volatile fields", L + "partial struct S { public readonly int {|PMT0019:A|}; public volatile int {|PMT0019:B|}; }"),
        ("PMT0019", "text without capacity", "[Utf8Text(0)] partial struct {|PMT0019:S|};"),
        ("PMT0019", "text with a field", "[Utf8Text(4)] partial struct S { private byte {|PMT0019:_a|}; }"),
        ("PMT0019", "both a layout and a text", "[Utf8Text(4)] [PersistentLayout(\"s\")] partial struct {|PMT0019:S|} { public int A; }"),
        ("PMT0019", "steps that cannot be called", Old + "[PersistentLayout(\"s\", Version = 2)] partial struct S { public long A; [MigratesFrom(typeof(Old))] void {|PMT0019:Own|}(in Old f, out S t) => t = default; [MigratesFrom(typeof(Old))] static S {|PMT0019:Result|}(in Old f) => default; [MigratesFrom(typeof(Old))] static void {|PMT0019:Turned|}(in S f, out Old t) => t = default; [MigratesFrom(typeof(Old))] static void {|PMT0019:Ref|}(ref Old f, out S t) => t = default; }"),
        ("PMT0019", "steps from what is no older layout", Old + "[PersistentLayout(\"s\")] partial struct S { public long A; [MigratesFrom(typeof(Old))] static void {|PMT0019:Up|}(in Old f, out S t) => t = default; [MigratesFrom(typeof(int))] static void {|PMT0019:Int|}(in int f, out S t) => t = default; [MigratesFrom(null!)] static void {|PMT0019:None|}(in int f, out S t) => t = default; }"),
        ("PMT0019", "step from a layout that is not sound", "[PersistentLayout(\"s\")] partial struct Bad { public int A; public string {|PMT0003:B|}; } [PersistentLayout(\"s\", Version = 2)] partial struct S { public long A; [MigratesFrom(typeof(Bad))] static void {|PMT0019:Up|}(in Bad f, out S t) => t = default; }"),
        ("PMT0019", "steps in a circle", "[PersistentLayout(\"a\")] partial struct A { public long X; [MigratesFrom(typeof(B))] static void {|PMT0019:Up|}(in B f, out A t) => t = default; } [PersistentLayout(\"b\")] partial struct B { public long X; [MigratesFrom(typeof(A))] static void {|PMT0019:Up|}(in A f, out B t) => t = default; }"),
        ("PMT0019", "a sound step", Old + "[PersistentLayout(\"s\", Version = 2)] partial struct S { public long A; [MigratesFrom(typeof(Old))] static void Up(in Old f, out S t) => t = new S { A = f.A }; }"),
        ("PMT0019", "highest version and alignment", "[PersistentLayout(\"s\", Version = 65535, Alignment = 4096)] partial struct S { public int A; }"),
        ("PMT0019", "text with methods", "[Utf8Text(4)] partial struct S { public void M() { } }"),

        ("PMT5001", "record larger than its block", L + "[BlockRecord(BlockSize = 512)] partial struct {|PMT5001:S|} { public B A; } [InlineArray(600)] public struct B { private byte _e; }"),
        ("PMT5001", "block smaller than any pool has", L + "[BlockRecord(BlockSize = 256)] partial struct {|PMT5001:S|} { public int A; }"),
        ("PMT5001", "packed records of which one fits", L + "[BlockRecord(BlockSize = 512, Pack = true)] partial struct {|PMT5001:S|} { public B A; } [InlineArray(232)] public struct B { private byte _e; }"),
        ("PMT5001", "packed records of which two fit", L + "[BlockRecord(BlockSize = 512, Pack = true)] partial struct S { public B A; } [InlineArray(224)] public struct B { private byte _e; }"),
        ("PMT5001", "packed records too large to be packed", L + "[BlockRecord(Pack = true)] partial struct {|PMT5001:S|} { public B A; } [InlineArray(70000)] public struct B { private byte _e; }"),
        ("PMT0019", "variable text behind fields", L + "[BlockRecord] partial struct S { public long Id; [VariableLength] public N A; [Reserved] private int _r; } [Utf8Text(4)] public partial struct N;"),
        ("PMT0019", "variable bytes as a property", L + "[BlockRecord(Pack = true)] partial struct S { public partial bool B { readonly get; set; } [VariableLength] public partial N A { readonly get; set; } } [VariableBytes(5)] public partial struct N;"),
        ("PMT0019", "variable bytes in all places", L + "partial struct S { public N A; public N B; } [VariableBytes(5)] public partial struct N { public string ToString(int x) => \"\"; public void Utf8() { } }"),
        ("PMT5001", "record that just fits when it is full", L + "[BlockRecord(BlockSize = 512)] partial struct S { [VariableLength] public N A; } [VariableBytes(478)] public partial struct N;"),
        ("PMT5001", "record that just fits", L + "[BlockRecord(BlockSize = 512)] partial struct S { public B A; } [InlineArray(480)] public struct B { private byte _e; }"),
        ("PMT5001", "no block size given", L + "[BlockRecord] partial struct S { public B A; } [InlineArray(600)] public struct B { private byte _e; }"),
    ];

    private static string Names(int count) => string.Join(", ", Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"F{i}")));
}
