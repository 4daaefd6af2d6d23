namespace PmemTyped;

/// <summary>Is told what a layout points to, so that everything that can be reached from it is known before it is used.</summary>
public interface ILayoutVisitor
{
    /// <summary>A field points to objects of a layout.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    void Reference<T>()
        where T : unmanaged, IPersistentLayout<T>;

    /// <summary>A field contains a layout.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    void Nested<T>()
        where T : unmanaged, IPersistentLayout<T>;
}
