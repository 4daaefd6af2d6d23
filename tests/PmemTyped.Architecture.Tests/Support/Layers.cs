namespace PmemTyped.Architecture.Tests.Support;

/// <summary>The drawing: which project may see which.</summary>
internal static class Layers
{
    internal const string Native = "PmemTyped.Native";
    internal const string Mapping = "PmemTyped.Mapping";
    internal const string Replication = "PmemTyped.Replication";
    internal const string Etcd = "PmemTyped.Replication.Etcd";
    internal const string Fabric = "PmemTyped.Replication.Fabric";
    internal const string CrashTesting = "PmemTyped.CrashTesting";
    internal const string Tool = "PmemTyped.Tool";

    // From the lowest up; a layer sees everything beneath it.
    private static readonly string[] s_stack =
        [Native, Mapping, "PmemTyped.Sets", "PmemTyped.Blocks", "PmemTyped.Objects"];

    internal static bool IsPlaced(string project) =>
        s_stack.Contains(project) || project is CrashTesting or Replication or Etcd or Fabric or Tool;

    internal static bool MaySee(string project, string other) => project switch
    {
        Tool => other != Tool,
        CrashTesting => other is Native or Mapping,
        Etcd or Fabric => other is Replication or Native or Mapping or "PmemTyped.Sets",
        Replication => other is Native or Mapping or "PmemTyped.Sets",
        _ => s_stack.Take(Array.IndexOf(s_stack, project)).Contains(other),
    };
}
