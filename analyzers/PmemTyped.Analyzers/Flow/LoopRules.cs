using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers.Flow;

/// <summary>Work that could be done once: two flushes of one line, a drain or a store in every round of a loop.</summary>
internal sealed class LoopRules(FlowProgram program, MarkerTypes types, Action<Diagnostic> report)
{
    internal void Check()
    {
        foreach (Step[] steps in program.Blocks)
        {
            CheckLines(steps);
            if (!program.HasLoop)
            {
                continue;
            }

            foreach (Step step in steps)
            {
                if (step.Kind == StepKind.Drain && step.Root != RootTable.Fence && !step.Is(StepFlags.Implicit))
                {
                    CheckDrain(step);
                }
                else if (step.Kind == StepKind.Store && step.Operation is ICompoundAssignmentOperation or IIncrementOrDecrementOperation)
                {
                    CheckCounter(step);
                }
            }
        }
    }

    private void CheckLines(Step[] steps)
    {
        Step? before = null;
        foreach (Step step in steps)
        {
            bool isPartial = step.Kind == StepKind.Flush && step.Mask != LayoutShape.All && !step.Is(StepFlags.Inexact) && !step.Is(StepFlags.Implicit);
            if (isPartial && before is { } first && first.Root == step.Root && (first.Mask & step.Mask) == 0
                && program.Roots[step.Root].Shape is { } shape && (shape.Lines(first.Mask) & shape.Lines(step.Mask)) != 0)
            {
                report(Diagnostic.Create(
                    PerformanceRules.SameLine, step.Operation.Syntax.GetLocation(), program.Roots[step.Root].Name));
            }

            before = isPartial ? step : step.Kind == StepKind.Drain ? before : null;
        }
    }

    // Only for objects that each round takes anew: to persist one object again and again is usually meant.
    private void CheckDrain(in Step drain)
    {
        Root root = program.Roots[drain.Root];
        if (IsRebound(root) && LoopAround(drain.Operation) is { } loop && Steps(loop) is var steps
            && steps.Exists(s => s.Kind == StepKind.Rebind && s.Root == root.Index)
            && !steps.Exists(s => s.Kind is StepKind.Link or StepKind.Suspend || s.Is(StepFlags.Publish))
            && !Leaves(drain.Operation.Syntax, loop) && !HasOtherEffects(loop))
        {
            report(Diagnostic.Create(PerformanceRules.DrainInLoop, drain.Operation.Syntax.GetLocation(), root.Name));
        }
    }

    private void CheckCounter(in Step store)
    {
        Root root = program.Roots[store.Root];
        if (!store.Is(StepFlags.Publish) && LoopAround(store.Operation) is { } loop
            && !Steps(loop).Exists(s => s.Kind is StepKind.Flush or StepKind.FlushAny or StepKind.Drain or StepKind.Suspend
                || (s.Kind == StepKind.Rebind && s.Root == root.Index))
            && !HasOtherEffects(loop))
        {
            report(Diagnostic.Create(
                PerformanceRules.FieldAsLoopVariable, store.Operation.Syntax.GetLocation(), root.Name, root.Shape.Describe(store.Mask)));
        }
    }

    // By its syntax: walking all operations to find the few loops would cost more than the rest of the analysis.
    private StatementSyntax? LoopAround(IOperation operation)
    {
        SyntaxNode body = program.Graph.OriginalOperation.Syntax;
        for (SyntaxNode? at = operation.Syntax.Parent; at is not null && at != body; at = at.Parent)
        {
            if (at is StatementSyntax loop && BodyOf(at) is { } repeated && repeated.Span.Contains(operation.Syntax.SpanStart))
            {
                return loop;
            }
        }

        return null;
    }

    private static StatementSyntax? BodyOf(SyntaxNode loop) => loop switch
    {
        ForStatementSyntax each => each.Statement,
        CommonForEachStatementSyntax each => each.Statement,
        WhileStatementSyntax each => each.Statement,
        DoStatementSyntax each => each.Statement,
        _ => null,
    };

    // Nothing that begins in a loop ends behind it.
    private List<Step> Steps(StatementSyntax loop)
    {
        TextSpan span = loop.Span;
        List<Step> found = [];
        foreach (Step[] steps in program.Blocks)
        {
            foreach (Step step in steps)
            {
                if (span.Contains(step.Operation.Syntax.SpanStart))
                {
                    found.Add(step);
                }
            }
        }

        return found;
    }

    private bool IsRebound(Root root) => Array.Exists(program.Blocks, b => Array.Exists(b, s => s.Kind == StepKind.Rebind && s.Root == root.Index));

    /// <summary>Whether the loop ends after the drain, so that it runs once.</summary>
    private static bool Leaves(SyntaxNode drain, SyntaxNode loop)
    {
        for (SyntaxNode? at = drain; at is not null && at != loop; at = at.Parent)
        {
            if (at is StatementSyntax { Parent: BlockSyntax block } statement
                && block.Statements.Skip(block.Statements.IndexOf(statement) + 1).Any(s => s is BreakStatementSyntax or ReturnStatementSyntax or ThrowStatementSyntax))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a round calls something for its effect, which may rely on what the round has persisted.</summary>
    private bool HasOtherEffects(StatementSyntax loop) =>
        program.Graph.OriginalOperation.SemanticModel?.GetOperation(loop) is not ILoopOperation operation
        || operation.Descendants().OfType<IInvocationOperation>().Any(c =>
            c.Parent is IExpressionStatementOperation
            && !types.IsWritable(c.Instance?.Type) && !types.IsLease(c.Instance?.Type)
            && types.ContractOf(c.TargetMethod) is { HasParameterEffects: false, Receiver.Kinds: Effects.None });
}
