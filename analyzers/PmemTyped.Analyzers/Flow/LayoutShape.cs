using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers.Flow;

/// <summary>
/// The fields of a layout as bits of one word, so that a set of fields is a number. The highest bit stands for bytes
/// that have no name here: fields beyond the 63rd, and those of a type parameter.
/// </summary>
internal sealed class LayoutShape
{
    internal const ulong All = ulong.MaxValue;
    internal const ulong Rest = 1UL << 63;

    private const int MaxNamed = 63;
    private readonly Dictionary<string, ulong> _bits = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly INamedTypeSymbol? _fieldSet;
    private readonly Lazy<LayoutModel?> _model;
    private readonly Lazy<ImmutableDictionary<string, string?>> _properties;

    private LayoutShape(ITypeSymbol? layout, Compilation? compilation)
    {
        _properties = new Lazy<ImmutableDictionary<string, string?>>(() => ImmutableDictionary<string, string?>.Empty
            .Add(FixKeys.Layout, Layout is null ? null : TypeNames.Reference(Layout))
            .Add(FixKeys.Publish, string.Join(",", Named(Publish))));
        _model = new Lazy<LayoutModel?>(() => Plan(Layout, compilation));
        Layout = layout as INamedTypeSymbol;
        if (Layout is not { TypeKind: TypeKind.Struct })
        {
            return;
        }

        _fieldSet = Layout.GetTypeMembers("FieldSet").FirstOrDefault();
        foreach (ISymbol field in Members(Layout, _fieldSet))
        {
            if (LayoutPlanner.IsReserved(field))
            {
                continue;
            }

            ulong bit = _names.Count < MaxNamed ? 1UL << _names.Count : Rest;
            _bits[field.Name] = bit;
            _names.Add(field.Name);
            if (LayoutPlanner.IsPublish(field))
            {
                Publish |= bit;
            }

            if (TypeNames.Argument(TypeNames.Attribute(field, "PmemTyped.AtomicGroupAttribute")) is string group)
            {
                Groups[group] = (Groups.TryGetValue(group, out ulong mask) ? mask : 0) | bit;
            }
        }
    }

    internal INamedTypeSymbol? Layout { get; }

    /// <summary>Gets what a fix is told of the layout: how code refers to it from anywhere, and its publish field.</summary>
    internal ImmutableDictionary<string, string?> Properties => _properties.Value;

    /// <summary>Gets the publish field, or nothing.</summary>
    internal ulong Publish { get; }

    /// <summary>Gets the fields that must change together, by the name of their group.</summary>
    internal Dictionary<string, ulong> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the size in bytes; 0 when the layout cannot be planned here.</summary>
    internal int Size => _model.Value?.Size ?? 0;

    internal static LayoutShape Of(ITypeSymbol? layout, Compilation? compilation) => new(layout, compilation);

    internal ulong Bit(string field) => _bits.TryGetValue(field, out ulong bit) ? bit : Rest;

    internal bool IsField(string name) => _bits.ContainsKey(name);

    internal ulong Mask(FieldNames fields)
    {
        if (fields.IsWhole)
        {
            return All;
        }

        ulong mask = 0;
        foreach (string name in fields.Names!)
        {
            mask |= Bit(name);
        }

        return mask;
    }

    /// <summary>The fields that a constant of the generated enum names; everything when it is not known.</summary>
    internal ulong Decode(IOperation argument, out bool isExact)
    {
        isExact = true;
        if (_fieldSet is not null
            && SymbolEqualityComparer.Default.Equals(argument.Type, _fieldSet)
            && argument.ConstantValue is { HasValue: true, Value: ulong value })
        {
            return Decode(value);
        }

        isExact = false;
        return All;
    }

    /// <summary>The fields as the user names them, for a message.</summary>
    internal string Describe(ulong mask) =>
        string.Join(", ", _names.Where(n => _bits[n] != Rest && (mask & _bits[n]) != 0));

    internal IEnumerable<string> Named(ulong mask) =>
        _names.Where(n => _bits[n] != Rest && (mask & _bits[n]) != 0);

    /// <summary>Whether the mask covers every field that has a name.</summary>
    internal bool IsEverything(ulong mask) => _names.Count == 0 || _names.All(n => (mask & _bits[n]) != 0);

    /// <summary>The cache lines of some fields, one bit each; nothing where objects do not start on a line.</summary>
    internal ulong Lines(ulong mask) => _model.Value is not { HasFieldLines: true } model ? 0
        : model.NamedFields
            .Where(f => (Bit(f.Name) & mask) != 0)
            .Aggregate(0UL, (lines, f) => lines | LinesOf(f.Offset, f.End));

    // Of a layout that is only referenced, a property is mapped where the generated enum names it.
    private static IEnumerable<ISymbol> Members(INamedTypeSymbol layout, INamedTypeSymbol? fieldSet) =>
        !layout.DeclaringSyntaxReferences.IsEmpty
            ? LayoutFields.Declared(layout)
            : layout.GetMembers().Where(m => !m.IsStatic && (m is IFieldSymbol
                || (m is IPropertySymbol && fieldSet?.GetMembers(m.Name).IsEmpty == false)));

    private static ulong LinesOf(int start, int end)
    {
        ulong lines = 0;
        for (int line = start / LayoutModel.LineBytes; line <= (end - 1) / LayoutModel.LineBytes; line++)
        {
            lines |= 1UL << line;
        }

        return lines;
    }

    private static LayoutModel? Plan(INamedTypeSymbol? layout, Compilation? compilation) =>
        layout is null || compilation is null || layout.DeclaringSyntaxReferences.IsEmpty
        || TypeNames.Attribute(layout, TypeNames.PersistentLayout) is null
            ? null
            : LayoutPlanner.Plan(layout, compilation, CancellationToken.None).Model;

    private ulong Decode(ulong value)
    {
        ulong mask = 0;
        bool all = true;
        foreach (IFieldSymbol member in _fieldSet!.GetMembers().OfType<IFieldSymbol>())
        {
            if (_bits.TryGetValue(member.Name, out ulong bit) && member.ConstantValue is ulong one && one != 0)
            {
                bool isSet = (value & one) == one;
                mask |= isSet ? bit : 0;
                all &= isSet;
            }
        }

        return all && mask != 0 ? All : mask;
    }
}
