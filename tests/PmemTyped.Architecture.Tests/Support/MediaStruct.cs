using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PmemTyped.Mapping;

namespace PmemTyped.Architecture.Tests.Support;

/// <summary>One field of an on-media struct; size and alignment are 0 when its type has no fixed ones.</summary>
internal readonly record struct MediaField(FieldInfo Field, int Offset, int SizeBytes, int AlignmentBytes)
{
    internal string Name => Field.Name;

    internal int End => Offset + SizeBytes;
}

/// <summary>A struct marked [OnMedia], as reflection sees it.</summary>
internal sealed class MediaStruct
{
    private const BindingFlags Instance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    // Fixed width and the same bytes everywhere; no bool, char, nint, DateTime, tuple.
    private static readonly Type[] s_numbers =
    [
        typeof(byte), typeof(sbyte), typeof(short), typeof(ushort),
        typeof(int), typeof(uint), typeof(long), typeof(ulong),
    ];

    private MediaStruct(SourceProject project, Type type)
    {
        Project = project;
        Type = type;
        Fields = [.. type.GetFields(Instance).Select(Describe).OrderBy(f => f.Offset)];
    }

    /// <summary>Gets every struct in a Layout namespace of src that has an explicit layout or is marked.</summary>
    internal static IReadOnlyList<MediaStruct> All { get; } =
    [
        .. BuiltAssembly.All.SelectMany(a => a.Load().GetTypes()
            .Where(t => t.IsValueType && (IsMarked(t) || (IsInLayout(t) && t.IsExplicitLayout)))
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .Select(t => new MediaStruct(a.Project, t))),
    ];

    internal SourceProject Project { get; }

    internal Type Type { get; }

    internal IReadOnlyList<MediaField> Fields { get; }

    internal string Name => Type.Name;

    internal bool HasMark => IsMarked(Type);

    internal bool IsForeign => Type.GetCustomAttribute<OnMediaAttribute>()?.IsForeignFormat == true;

    /// <summary>Gets the size that the attribute states, 0 for none.</summary>
    internal int StatedBytes => Type.StructLayoutAttribute!.Size;

    /// <summary>Gets the size that the runtime gives it.</summary>
    internal int RunTimeBytes => (int)typeof(Unsafe)
        .GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(Type).Invoke(null, null)!;

    /// <summary>Type of a field as the format pages show it.</summary>
    internal static string TypeText(Type type)
    {
        if (ElementOf(type) is { } element)
        {
            return FormattableString.Invariant($"{TypeText(element)}[{LengthOf(type)}]");
        }

        return type.IsEnum ? TypeText(Enum.GetUnderlyingType(type)) : type switch
        {
            _ when type == typeof(Guid) => "guid",
            _ when s_numbers.Contains(type) => FormattableString.Invariant(
                $"{(type.Name is "Byte" || type.Name[0] == 'U' ? 'u' : 'i')}{8 * SizeOf(type)}"),
            _ => type.Name,
        };
    }

    private static MediaField Describe(FieldInfo field) => new(
        field,
        field.GetCustomAttribute<FieldOffsetAttribute>()?.Value ?? -1,
        SizeOf(field.FieldType),
        AlignmentOf(field.FieldType));

    private static int SizeOf(Type type)
    {
        if (ElementOf(type) is { } element)
        {
            return LengthOf(type) * SizeOf(element);
        }

        return type switch
        {
            { IsEnum: true } => SizeOf(Enum.GetUnderlyingType(type)),
            _ when type == typeof(Guid) => 16,
            _ when s_numbers.Contains(type) => 1 << (Array.IndexOf(s_numbers, type) / 2),
            _ when IsMarked(type) => type.StructLayoutAttribute!.Size,
            _ => 0,
        };
    }

    // The largest member decides; the first member of a Guid is four bytes wide.
    private static int AlignmentOf(Type type) => type switch
    {
        _ when ElementOf(type) is { } element => AlignmentOf(element),
        _ when type == typeof(Guid) => 4,
        _ when IsMarked(type) => type.GetFields(Instance).Max(f => AlignmentOf(f.FieldType)),
        _ => SizeOf(type),
    };

    private static bool IsMarked(Type type) => type.IsDefined(typeof(OnMediaAttribute), false);

    private static bool IsInLayout(Type type) => type.Namespace?.EndsWith(".Layout", StringComparison.Ordinal) == true;

    private static Type? ElementOf(Type type) =>
        type.IsDefined(typeof(InlineArrayAttribute), false) ? type.GetFields(Instance).Single().FieldType : null;

    private static int LengthOf(Type type) => type.GetCustomAttribute<InlineArrayAttribute>()!.Length;
}
