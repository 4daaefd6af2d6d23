namespace PmemTyped;

/// <summary>
/// Says what a field of type <see cref="PPtr"/>, or each element of an inline array of them, points to. The name of that
/// layout is part of the fingerprint.
/// </summary>
/// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class PointsToAttribute<T> : Attribute
    where T : struct;
