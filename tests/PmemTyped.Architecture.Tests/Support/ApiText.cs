using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace PmemTyped.Architecture.Tests.Support;

/// <summary>
/// The public surface of an assembly as text: types by name, below each its members by name. What the compiler adds to
/// every record is left out.
/// </summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => ApiNames.Of(t), StringComparer.Ordinal))
        {
            text.Append(ApiMembers.Attributes(type)).Append(Declaration(type)).Append('\n');
            foreach (string member in Members(type))
            {
                text.Append("    ").Append(member).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Declaration(Type type)
    {
        IEnumerable<string> bases = (type.BaseType is { } b && b != typeof(object) && !type.IsValueType ? [b] : Type.EmptyTypes)
            .Concat(type.GetInterfaces().Where(i => !IsInherited(type, i)))
            .Select(t => ApiNames.Of(t));
        string list = string.Join(", ", type.IsEnum ? [ApiNames.Of(Enum.GetUnderlyingType(type))] : bases);
        return $"{Kind(type)} {ApiNames.Of(type)}{(list.Length > 0 ? " : " + list : "")}{ApiMembers.Constraints(type.GetGenericArguments())}";
    }

    private static string Kind(Type type)
    {
        if (type.IsEnum)
        {
            return type.IsDefined(typeof(FlagsAttribute)) ? "[Flags] enum" : "enum";
        }

        bool isRecord = type.GetMethod("PrintMembers", Declared) is not null;
        string record = isRecord ? "record " : "";
        if (type.IsInterface || type.IsSubclassOf(typeof(Delegate)))
        {
            return type.IsInterface ? "interface" : "delegate";
        }

        if (type.IsValueType)
        {
            string readOnly = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            return $"{readOnly}{(type.IsByRefLike ? "ref " : "")}{record}struct";
        }

        string modifier = type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        return $"{modifier}{record}class";
    }

    private static bool IsInherited(Type type, Type candidate) =>
        type.BaseType?.GetInterfaces().Contains(candidate) == true
        || type.GetInterfaces().Any(i => i != candidate && i.GetInterfaces().Contains(candidate))
        || candidate.Name == "IEquatable`1"
        || type.IsEnum;

    private static IEnumerable<string> Members(Type type) => type.IsEnum
        ? type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .OrderBy(f => Convert.ToInt64(f.GetRawConstantValue(), null))
            .Select(f => FormattableString.Invariant($"{f.Name} = {f.GetRawConstantValue()}"))
        : type.GetMembers(Declared)
            .Where(m => m is not Type && !m.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(m => (m.Name, Text: ApiMembers.Of(m)))
            .Where(m => m.Text is not null)
            .OrderBy(m => m.Name, StringComparer.Ordinal)
            .ThenBy(m => m.Text, StringComparer.Ordinal)
            .Select(m => m.Text!);
}
