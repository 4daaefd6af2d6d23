using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PmemTyped.Architecture.Tests.Support;

/// <summary>Single members of the public surface as one line each.</summary>
internal static class ApiMembers
{
    private static readonly NullabilityInfoContext s_nullability = new();

    /// <summary>The member as C# declares it, or null when it cannot be seen from outside.</summary>
    internal static string? Of(MemberInfo member) => member switch
    {
        FieldInfo field when IsSeen(field) => Attributes(field) + Field(field),
        PropertyInfo property when Accessors(property).Any(IsSeen) => Attributes(property) + Property(property),
        ConstructorInfo constructor when IsSeen(constructor) && !constructor.IsStatic =>
            $"{Access(constructor)}new({Parameters(constructor)})",
        MethodInfo method when IsSeen(method) && !IsAccessor(method) => Attributes(method) + Method(method),
        EventInfo @event when IsSeen(@event.AddMethod!) => $"event {ApiNames.Of(@event.EventHandlerType!)} {@event.Name}",
        _ => null,
    };

    /// <summary>The attributes of our own that callers see, for example the effects.</summary>
    internal static string Attributes(MemberInfo member) => string.Concat(member.GetCustomAttributesData()
        .Where(a => a.AttributeType.Namespace?.StartsWith("PmemTyped", StringComparison.Ordinal) == true)
        .Select(a => $"[{a.AttributeType.Name.Replace("Attribute", "", StringComparison.Ordinal)}] "));

    internal static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters
        .Where(p => p.IsGenericParameter)
        .Select(p => (p.Name, List: string.Join(", ", Constraint(p))))
        .Where(c => c.List.Length > 0)
        .Select(c => $" where {c.Name} : {c.List}"));

    private static IEnumerable<string> Constraint(Type parameter)
    {
        bool isUnmanaged = parameter.GetCustomAttributesData().Any(a => a.AttributeType.Name == "IsUnmanagedAttribute");
        GenericParameterAttributes attributes = parameter.GenericParameterAttributes;
        if (isUnmanaged)
        {
            yield return "unmanaged";
        }
        else if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            yield return "struct";
        }
        else if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }

        foreach (Type type in parameter.GetGenericParameterConstraints().Where(t => t != typeof(ValueType)))
        {
            yield return ApiNames.Of(type);
        }
    }

    private static string Field(FieldInfo field)
    {
        string type = ApiNames.Of(field.FieldType, s_nullability.Create(field));
        return field.IsLiteral
            ? $"const {type} {field.Name} = {Literal(field.GetRawConstantValue())}"
            : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo first = Accessors(property).First(IsSeen);
        string type = Reference(first.ReturnParameter) + ApiNames.Of(property.PropertyType, s_nullability.Create(property));
        ParameterInfo[] index = property.GetIndexParameters();
        string name = index.Length > 0 ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string accessors = string.Concat(Accessors(property).Where(IsSeen).Select(a => Accessor(a) + "; "));
        return $"{Access(first)}{Modifier(first)}{required}{type} {name} {{ {accessors}}}";
    }

    private static string Accessor(MethodInfo accessor)
    {
        bool isInit = accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
        return isInit ? "init" : accessor.Name[..3];
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>"
            : "";
        string result = Reference(method.ReturnParameter)
            + ApiNames.Of(method.ReturnType, s_nullability.Create(method.ReturnParameter));
        return $"{Access(method)}{Modifier(method)}{result} {method.Name}{generic}({Parameters(method)}){Constraints(method.GetGenericArguments())}";
    }

    private static string Parameters(MethodBase method)
    {
        string receiver = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return receiver + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        string kind = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : parameter.ParameterType.IsByRef ? Reference(parameter) : "";
        bool isDefault = parameter is { HasDefaultValue: true, ParameterType.IsValueType: true, RawDefaultValue: null };
        string value = isDefault ? " = default"
            : parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue)}" : "";
        return $"{kind}{ApiNames.Of(parameter.ParameterType, s_nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Reference(ParameterInfo parameter)
    {
        if (!parameter.ParameterType.IsByRef)
        {
            return "";
        }

        bool isReadOnly = parameter.GetCustomAttributesData()
            .Any(a => a.AttributeType.Name is "IsReadOnlyAttribute" or "RequiresLocationAttribute");
        return parameter switch
        {
            { IsOut: true } => "out ",
            { Position: < 0 } => isReadOnly ? "ref readonly " : "ref ",
            { IsIn: true } => parameter.IsDefined(typeof(RequiresLocationAttribute)) ? "ref readonly " : "in ",
            _ => "ref ",
        };
    }

    private static string Modifier(MethodInfo method)
    {
        string @static = method.IsStatic ? "static " : "";
        return method switch
        {
            { DeclaringType.IsInterface: true } => method.IsAbstract ? @static : @static + "virtual ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true } when method.GetBaseDefinition() != method => "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => @static,
        };
    }

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static MethodInfo[] Accessors(PropertyInfo property) => property.GetAccessors(nonPublic: true);

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsSeen(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsSeen(FieldInfo field) => field.IsPublic || field.IsFamily;
}
