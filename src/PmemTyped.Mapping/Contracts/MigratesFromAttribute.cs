namespace PmemTyped;

/// <summary>
/// Marks the step from an older layout: <c>static void Upgrade(in AccountV1 from, out Account to)</c> in the newer one. The
/// generator calls it for records of the older layout and of those that this one migrates from. A step must not depend on
/// anything but the record: it runs at every read of an old record until that is written anew.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MigratesFromAttribute : Attribute
{
    /// <summary>Initializes a new instance of the <see cref="MigratesFromAttribute"/> class.</summary>
    /// <param name="layout">The older layout, marked [PersistentLayout] with its name and version.</param>
    public MigratesFromAttribute(Type layout) => Layout = layout;

    /// <summary>Gets the older layout.</summary>
    public Type Layout { get; }
}
