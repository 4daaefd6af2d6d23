namespace PmemTyped.CrashTesting;

/// <summary>Chooses, for every cell that is not durable, which of its values a crash leaves.</summary>
internal static class CrashChoices
{
    internal static IEnumerable<int[]> Of(CrashCell[] cells, int seed, int samples)
    {
        long states = 1;
        foreach (CrashCell cell in cells)
        {
            states = Math.Min(states * cell.Values.Count, CrashStateEnumerator.ExhaustiveStates + 1L);
        }

        return states <= CrashStateEnumerator.ExhaustiveStates
            ? All(cells)
            : Some(cells, seed, samples);
    }

    private static IEnumerable<int[]> All(CrashCell[] cells)
    {
        var choice = new int[cells.Length];
        while (true)
        {
            yield return choice;
            int position = 0;
            while (position < cells.Length && ++choice[position] == cells[position].Values.Count)
            {
                choice[position++] = 0;
            }

            if (position == cells.Length)
            {
                yield break;
            }
        }
    }

    private static IEnumerable<int[]> Some(CrashCell[] cells, int seed, int samples)
    {
        int[] none = new int[cells.Length];
        int[] all = [.. cells.Select(c => c.Values.Count - 1)];
        yield return none;
        yield return all;
        for (int i = 0; i < cells.Length; i++)
        {
            yield return With(none, i, all[i]);
            yield return With(all, i, 0);
        }

        var random = new Random(seed);
        for (int i = 0; i < samples; i++)
        {
            yield return [.. cells.Select(c => random.Next(c.Values.Count))];
        }
    }

    private static int[] With(int[] choice, int position, int value)
    {
        int[] changed = (int[])choice.Clone();
        changed[position] = value;
        return changed;
    }
}
