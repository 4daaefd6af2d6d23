namespace PmemTyped.Tool.Tests;

/// <summary>A fact about permissions, which do not bind the superuser.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnprivilegedFactAttribute : FactAttribute
{
    public UnprivilegedFactAttribute() =>
        Skip = Environment.IsPrivilegedProcess ? "The tests run as the superuser, who may read every file." : null;
}
