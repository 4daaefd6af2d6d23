namespace PmemTyped.Mapping.Tests;

/// <summary>A theory that only the superuser can run, skipped aloud for others.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SuperuserTheoryAttribute : TheoryAttribute
{
    public SuperuserTheoryAttribute() =>
        Skip = Environment.IsPrivilegedProcess ? null : "Only the superuser may make a device file.";
}
