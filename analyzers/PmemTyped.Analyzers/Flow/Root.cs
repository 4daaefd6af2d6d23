using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>One persistent object as a method sees it: a parameter, a local, a field of a ref struct, or a call.</summary>
internal sealed class Root(int index, string name, LayoutShape shape)
{
    /// <summary>Gets the place of the root in a state.</summary>
    internal int Index { get; } = index;

    internal string Name { get; } = name;

    internal LayoutShape Shape { get; } = shape;

    /// <summary>Gets the parameter behind the root, if it is one.</summary>
    internal IParameterSymbol? Parameter { get; init; }

    /// <summary>Gets a value indicating whether the root is the receiver of the method or lies in it.</summary>
    internal bool IsOfReceiver { get; init; }

    /// <summary>Gets the root that this one is a nested layout of, or null.</summary>
    internal Root? Parent { get; init; }

    /// <summary>Gets the field of the parent.</summary>
    internal ulong ParentBit { get; init; }

    internal List<Root> Children { get; } = [];

    /// <summary>Gets roots that may be the same object.</summary>
    internal List<Root> MayBe { get; } = [];

    /// <summary>Gets or sets the root that collects what earlier objects of the same local were left with.</summary>
    internal Root? Earlier { get; set; }

    /// <summary>Gets or sets a value indicating whether the root stands for earlier objects of another.</summary>
    internal bool IsEarlier { get; set; }

    /// <summary>Gets or sets a value indicating whether the object is linked from elsewhere later, so that nobody sees it before.</summary>
    internal bool IsLinkedLater { get; set; }

    /// <summary>Gets or sets the lease that the object was reached through, by its number.</summary>
    internal int? Resource { get; set; }

    /// <summary>Gets or sets the map or pool that the object lies in, where the method shows it.</summary>
    internal ISymbol? Pool { get; set; }

    /// <summary>Gets the sites at which the root is stored to or flushed.</summary>
    internal List<int> Sites { get; } = [];
}
