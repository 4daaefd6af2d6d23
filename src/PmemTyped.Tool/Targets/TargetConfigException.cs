namespace PmemTyped.Tool.Targets;

/// <summary>A configuration of a target that is not understood; the message names file and line.</summary>
internal sealed class TargetConfigException(string message, Exception? inner = null) : PmemException(message, inner);
