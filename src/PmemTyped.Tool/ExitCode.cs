namespace PmemTyped.Tool;

/// <summary>What the program tells the shell. Scripts depend on these numbers; they are never given a new meaning.</summary>
internal static class ExitCode
{
    /// <summary>Done, or the answer is yes.</summary>
    internal const int Success = 0;

    /// <summary>The question was answered, and the answer is no: not consistent, a bad block.</summary>
    internal const int AnswerIsNo = 1;

    /// <summary>It could not be done: wrong arguments, a file that is missing, locked, foreign or damaged.</summary>
    internal const int CouldNot = 2;
}
