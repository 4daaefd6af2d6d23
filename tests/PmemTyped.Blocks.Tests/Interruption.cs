namespace PmemTyped.Blocks.Tests;

/// <summary>Throws at the given report, as a process that ends there.</summary>
internal sealed class Interruption(int steps) : IProgress<double>
{
    private int _left = steps;

    public void Report(double value)
    {
        if (_left-- == 0)
        {
            throw new OperationCanceledException();
        }
    }
}
