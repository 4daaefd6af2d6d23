namespace PmemTyped;

/// <summary>
/// Marks the last field of a layout that is a [BlockRecord]: a record ends behind the last byte of it that is used. The
/// type is one marked [Utf8Text] or [VariableBytes], whose capacity is the most that a record can have. In memory and in
/// maps the field has all of its capacity.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class VariableLengthAttribute : Attribute;
