namespace PmemTyped.Testing;

/// <summary>A fact that needs a program of the system, skipped aloud where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program)
    {
        Program = program;
        string[] directories = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
        bool exists = directories.Any(d => File.Exists(Path.Combine(d, program)));
        Skip = exists ? null : $"'{program}' is not installed here.";
    }

    public string Program { get; }
}
