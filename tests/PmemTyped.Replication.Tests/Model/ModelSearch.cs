namespace PmemTyped.Replication.Tests.Model;

/// <summary>One thing that happens: to a copy, and to another one or a set of them.</summary>
internal readonly record struct ModelStep(string Name, int Copy, int Other)
{
    public override string ToString() => FormattableString.Invariant($"{Name} {Copy},{Other}");
}

/// <summary>A promise that was broken.</summary>
internal sealed class ModelViolation(string message) : Exception(message)
{
    internal static void Unless(bool holds, string message)
    {
        if (!holds)
        {
            throw new ModelViolation(message);
        }
    }
}

/// <summary>Visits every state that can be reached in so many steps, nearest first, and says which steps lead to the first broken promise.</summary>
internal sealed class ModelSearch(GenerationModel model)
{
    private readonly HashSet<UInt128> _seen = [];
    private readonly List<(ModelState? State, int From, ModelStep Step, int Depth)> _found = [];

    internal int States => _found.Count;

    internal long Steps { get; private set; }

    /// <summary>Gets the broken promise with the way to it; null when no state breaks one.</summary>
    internal string? Violation { get; private set; }

    /// <summary>Gets how many steps were taken one after the other, at most.</summary>
    internal int Depth => _found[^1].Depth;

    internal void Run(ModelState first, int maxDepth)
    {
        Visit(first, -1, default);
        for (int i = 0; i < _found.Count && _found[i].Depth < maxDepth; i++)
        {

            try
            {
                foreach ((ModelStep step, ModelState next) in model.After(_found[i].State!))
                {
                    Steps++;
                    Visit(next, i, step);
                }
            }
            catch (ModelViolation e)
            {
                Violation = $"{e.Message} after: {WayTo(i)}";
                return;
            }

            _found[i] = _found[i] with { State = null };
        }
    }

    private void Visit(ModelState state, int from, ModelStep step)
    {
        if (_seen.Add(state.ToKey()))
        {
            _found.Add((state, from, step, from < 0 ? 0 : _found[from].Depth + 1));
        }
    }

    private string WayTo(int index)
    {
        List<string> steps = [];
        for (; _found[index].From >= 0; index = _found[index].From)
        {
            steps.Add(_found[index].Step.ToString());
        }

        steps.Reverse();
        return string.Join("; ", steps);
    }
}
