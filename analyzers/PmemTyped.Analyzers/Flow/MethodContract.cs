using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>Everything that the attributes of a method promise; cached, because attributes are slow to read.</summary>
internal sealed class MethodContract
{
    private const string Namespace = "PmemTyped";

    private static readonly Dictionary<string, Effects> s_kinds = new(StringComparer.Ordinal)
    {
        ["StoresAttribute"] = Effects.Stores,
        ["FlushesAttribute"] = Effects.Flushes,
        ["DrainsAttribute"] = Effects.Drains,
        ["PersistsAttribute"] = Effects.Persists,
        ["LeavesUnpersistedAttribute"] = Effects.LeavesUnpersisted,
        ["RequiresPersistedAttribute"] = Effects.RequiresPersisted,
    };

    private MethodContract(IMethodSymbol method)
    {
        Receiver = Read(method.GetAttributes());
        if (method.AssociatedSymbol is IPropertySymbol property)
        {
            Effect ofProperty = Read(property.GetAttributes());
            Receiver = Receiver.Kinds == Effects.None ? ofProperty : Receiver;
        }

        if (Receiver.Kinds == Effects.None && ReceiverOf(method) is { } receiver)
        {
            Receiver = Read(receiver.GetAttributes());
        }

        Result = Read(method.GetReturnTypeAttributes());
        Parameters = method.Parameters.IsEmpty ? [] : [.. method.Parameters.Select(p => Read(p.GetAttributes()))];
        HasParameterEffects = Parameters.Any(p => p.Kinds != Effects.None);
    }

    /// <summary>Gets the effect on the object that the member is called on.</summary>
    internal Effect Receiver { get; }

    internal Effect Result { get; }

    internal ImmutableArray<Effect> Parameters { get; }

    internal bool HasParameterEffects { get; }

    internal static MethodContract Of(IMethodSymbol method) => new(method);

    // A member of an extension block stands for a static method whose first parameter is the receiver of the block; that one
    // says what the block promises, in source as in metadata.
    private static IParameterSymbol? ReceiverOf(IMethodSymbol method)
    {
        if (method is not { IsStatic: false, ContainingType: { TypeKind: TypeKind.Extension, ContainingType: { } container } })
        {
            return null;
        }

        IMethodSymbol[] named =
        [
            .. container.GetMembers(method.Name).OfType<IMethodSymbol>().Where(m => m.IsStatic && m.Parameters.Length == method.Parameters.Length + 1),
        ];
        return (named.Length == 1 ? named[0] : Array.Find(named, m => m.Locations.SequenceEqual(method.Locations)))?.Parameters[0];
    }

    internal static Effect Read(ImmutableArray<AttributeData> attributes)
    {
        Effects kinds = Effects.None;
        string[] fields = [];
        foreach (AttributeData attribute in attributes)
        {
            if (attribute.AttributeClass is { ContainingType: null } type
                && s_kinds.TryGetValue(type.Name, out Effects kind)
                && type.ContainingNamespace is { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true })
            {
                kinds |= kind;
                fields = fields.Length == 0 ? FieldsOf(attribute) : fields;
            }
        }

        return new Effect(kinds, new FieldNames(fields));
    }

    private static string[] FieldsOf(AttributeData attribute) =>
        attribute.ConstructorArguments.Length == 1 && attribute.ConstructorArguments[0] is { Kind: TypedConstantKind.Array } list
            ? [.. list.Values.Select(v => v.Value as string).OfType<string>().Where(n => n.Length > 0)]
            : [];
}
