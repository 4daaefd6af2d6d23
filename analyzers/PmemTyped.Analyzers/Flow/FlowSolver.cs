using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>
/// The fixpoint over one graph. Neither exceptions nor finally blocks have edges in it: after each step that can throw
/// the state is joined into the handlers, and the finally blocks that a branch leaves are run on its own state.
/// </summary>
internal sealed class FlowSolver(FlowProgram program, CancellationToken cancellation)
{
    /// <summary>Steps in all passes together; a method that needs more is left alone.</summary>
    private const int MaxSteps = 400_000;

    private readonly FlowState _states = new(program);
    private readonly Stack<Frame> _frames = new();
    private FlowReporter? _reporter;
    private int _steps;

    /// <summary>Gets the state at the end of the method, or null when the end is not reached.</summary>
    internal ulong[]? Exit { get; private set; }

    /// <summary>Gets a value indicating whether the method was too large to finish.</summary>
    internal bool IsTooLarge { get; private set; }

    /// <summary>Runs the fixpoint, then once more with somebody listening.</summary>
    internal void Run(FlowReporter? reporter)
    {
        int last = program.Graph.Blocks.Length - 1;
        var frame = new Frame(0, last);
        frame.Join(0, _states.Entry());
        _frames.Push(frame);
        Solve(frame);
        if (!IsTooLarge && reporter is not null)
        {
            _reporter = reporter;
            Pass(frame);
            _reporter = null;
        }

        _frames.Pop();
        Exit = IsTooLarge ? null : frame.Input(last);
    }

    private void Solve(Frame frame)
    {
        FlowReporter? listening = _reporter;
        _reporter = null;
        while (!IsTooLarge && frame.Next() is { } ordinal)
        {
            cancellation.ThrowIfCancellationRequested();
            Process(frame, program.Graph.Blocks[ordinal]);
        }

        _reporter = listening;
    }

    private void Pass(Frame frame)
    {
        for (int ordinal = frame.First; ordinal <= frame.Last && !IsTooLarge; ordinal++)
        {
            if (frame.Input(ordinal) is not null && CanReport(program.Graph.Blocks[ordinal]))
            {
                Process(frame, program.Graph.Blocks[ordinal]);
            }
        }
    }

    // The inputs are final in the last pass: a block without steps has something to say only where it throws, or runs others.
    private bool CanReport(BasicBlock block) => program.Blocks[block.Ordinal].Length > 0
        || block.FallThroughSuccessor is { Semantics: ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow } or { FinallyRegions.IsEmpty: false }
        || block.ConditionalSuccessor is { FinallyRegions.IsEmpty: false };

    private void Process(Frame frame, BasicBlock block)
    {
        // Only steps change a state: without them the input goes on as it is, and whoever receives it makes a copy.
        Step[] steps = program.Blocks[block.Ordinal];
        ulong[] input = frame.Input(block.Ordinal)!;
        ulong[] state = steps.Length == 0 ? input : FlowState.Copy(input);
        bool isChanged = true;
        foreach (Step step in steps)
        {
            if (++_steps > MaxSteps)
            {
                IsTooLarge = true;
                return;
            }

            _reporter?.Before(step, state);
            if (step.Kind != StepKind.MayThrow)
            {
                _states.Apply(state, step);
                isChanged = true;
            }
            else if (isChanged)
            {
                Throw(state, block.EnclosingRegion, program.WatchesExceptions ? step.Operation : null);
                isChanged = false;
            }
        }

        Follow(frame, block, block.ConditionalSuccessor, state);
        Follow(frame, block, block.FallThroughSuccessor, state);
    }

    private void Follow(Frame frame, BasicBlock block, ControlFlowBranch? branch, ulong[] state)
    {
        switch (branch?.Semantics)
        {
            case ControlFlowBranchSemantics.Throw:
                Throw(state, block.EnclosingRegion, block.BranchValue);
                break;
            case ControlFlowBranchSemantics.Rethrow:
                Throw(state, block.EnclosingRegion, null);
                break;
            case ControlFlowBranchSemantics.StructuredExceptionHandling:
                frame.JoinEnd(state);
                break;
            case ControlFlowBranchSemantics.Regular or ControlFlowBranchSemantics.Return
                when branch.Destination is { IsReachable: true } destination:
                ulong[]? after = state;
                foreach (ControlFlowRegion region in branch.FinallyRegions)
                {
                    after = after is null ? null : RunRegion(region, after);
                }

                if (after is not null)
                {
                    Join(destination.Ordinal, after);
                }

                break;
        }
    }

    // From the inside out: finally blocks run, handlers receive the state, and one that takes everything ends it.
    private void Throw(ulong[] state, ControlFlowRegion region, IOperation? thrown)
    {
        ulong[]? current = state;

        // The graph of a lambda lies in the regions of the method around it, which its exceptions do not reach.
        for (ControlFlowRegion? at = region; at is { Kind: not ControlFlowRegionKind.Root } && current is not null; at = at.EnclosingRegion)
        {
            if (at.Kind != ControlFlowRegionKind.Try || at.EnclosingRegion is not { } parent)
            {
                continue;
            }

            if (parent.Kind == ControlFlowRegionKind.TryAndFinally)
            {
                current = RunRegion(parent.NestedRegions[1], current);
                continue;
            }

            foreach (ControlFlowRegion handler in parent.NestedRegions.Skip(1))
            {
                Join(handler.FirstBlockOrdinal, current);
                if (TakesEverything(handler))
                {
                    return;
                }
            }
        }

        if (current is not null && thrown is not null)
        {
            _reporter?.AtThrow(current, thrown);
        }
    }

    private static bool TakesEverything(ControlFlowRegion handler) =>
        handler.Kind == ControlFlowRegionKind.Catch
        && handler.ExceptionType is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace.Name: "System" };

    private ulong[]? RunRegion(ControlFlowRegion region, ulong[] entry)
    {
        var frame = new Frame(region.FirstBlockOrdinal, region.LastBlockOrdinal);
        frame.Join(region.FirstBlockOrdinal, entry);
        _frames.Push(frame);
        Solve(frame);
        if (_reporter is not null)
        {
            Pass(frame);
        }

        _frames.Pop();
        return frame.End;
    }

    private void Join(int ordinal, ulong[] state)
    {
        foreach (Frame frame in _frames)
        {
            if (ordinal >= frame.First && ordinal <= frame.Last)
            {
                frame.Join(ordinal, state);
                return;
            }
        }
    }

    /// <summary>The inputs of some neighbouring blocks: of the whole method, or of a finally run on its own.</summary>
    private sealed class Frame(int first, int last)
    {
        private readonly ulong[]?[] _inputs = new ulong[]?[last - first + 1];
        private readonly bool[] _pending = new bool[last - first + 1];
        private int _next = int.MaxValue;

        internal int First => first;

        internal int Last => last;

        internal ulong[]? End { get; private set; }

        internal ulong[]? Input(int ordinal) => _inputs[ordinal - first];

        internal void Join(int ordinal, ulong[] state)
        {
            int at = ordinal - first;
            if (_inputs[at] is not { } input)
            {
                _inputs[at] = FlowState.Copy(state);
            }
            else if (!FlowState.Join(input, state))
            {
                return;
            }

            _pending[at] = true;
            _next = Math.Min(_next, at);
        }

        internal void JoinEnd(ulong[] state)
        {
            if (End is null)
            {
                End = FlowState.Copy(state);
            }
            else
            {
                _ = FlowState.Join(End, state);
            }
        }

        /// <summary>The first block whose input has changed, or null.</summary>
        internal int? Next()
        {
            for (int at = _next; at < _pending.Length; at++)
            {
                if (_pending[at])
                {
                    _pending[at] = false;
                    _next = at + 1;
                    return first + at;
                }
            }

            _next = int.MaxValue;
            return null;
        }
    }
}
