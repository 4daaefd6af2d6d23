using System.Reflection;

namespace PmemTyped.Architecture.Tests;

/// <summary>Protocols store through the medium, and nothing else hands out writable memory of a map.</summary>
public sealed class MapAccessTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] s_memory =
    [
        "PmemTyped.Native.NativeRange",
        "PmemTyped.Native.SafeMapHandle",
        "PmemTyped.Native.SafeReservationHandle",
        "PmemTyped.Native.PersistInstructions",
    ];

    [Fact]
    public void No_protocol_reaches_memory_around_the_medium() => Golden.None(
        "Layers above Mapping that see memory itself",
        BuiltAssembly.All
            .Where(a => a.Project.Name is not (Layers.Native or Layers.Mapping))
            .SelectMany(a => a.ForeignTypes.Intersect(s_memory).Select(t => $"{a.Project.Name}: {t}")));

    [Fact]
    public void No_public_member_hands_out_writable_memory_but_the_listed_ones() => Golden.SameLines(
        $"Public members that hand out a writable reference or span, against {NamedList.Document}",
        NamedList.Of("writable memory"),
        BuiltAssembly.All
            .Where(a => a.Project.Name != Layers.Tool)
            .SelectMany(a => a.Load().GetExportedTypes())
            .SelectMany(Writable));

    private static IEnumerable<string> Writable(Type type) => type.GetMembers(Declared)
        .Where(m => m switch
        {
            MethodInfo method => HandsOut(method),
            FieldInfo field => IsWritable(field.FieldType),
            _ => false,
        })
        .Select(m => $"{ApiNames.Of(type)}.{(m.Name.StartsWith("get_", StringComparison.Ordinal) ? m.Name[4..] : m.Name)}");

    // A delegate that takes a span hands it to whoever it calls.
    private static bool HandsOut(MethodInfo method)
    {
        ParameterInfo result = method.ReturnParameter;
        bool isWritableReference = result.ParameterType.IsByRef && !IsReadOnly(result);
        bool isCallback = method.DeclaringType!.IsSubclassOf(typeof(Delegate)) && method.Name == "Invoke";
        return isWritableReference
            || IsWritable(result.ParameterType)
            || method.GetParameters().Any(p => p.IsOut || isCallback ? IsWritable(p.ParameterType) : IsCallbackOf(p.ParameterType));
    }

    private static bool IsReadOnly(ParameterInfo result) =>
        result.GetRequiredCustomModifiers().Any(m => m.FullName == "System.Runtime.InteropServices.InAttribute");

    private static bool IsCallbackOf(Type type) =>
        type.IsSubclassOf(typeof(Delegate)) && type.GetMethod("Invoke")!.GetParameters().Any(p => IsWritable(p.ParameterType));

    private static bool IsWritable(Type type)
    {
        Type element = type.HasElementType ? type.GetElementType()! : type;
        return type.IsPointer
            || element.IsPointer
            || (element.IsGenericType
                && (element.GetGenericTypeDefinition() == typeof(Span<>)
                    || element.GetGenericTypeDefinition() == typeof(Memory<>)));
    }
}
