// Holds one idea: the steps from older layouts, and whether each is declared so that it can be called.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

/// <summary>One method marked [MigratesFrom].</summary>
/// <param name="Method">Its escaped name.</param>
/// <param name="From">C# reference to the older layout.</param>
internal sealed record MigrationStep(string Method, string From);

internal static class MigrationPlanner
{
    /// <summary>The steps by rising version, so that a direct step is tried before one that goes through another version.</summary>
    internal static EquatableArray<MigrationStep> Steps(INamedTypeSymbol type, LayoutAttribute own, PlanContext context)
    {
        var steps = new List<(int Version, MigrationStep Step)>();
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (TypeNames.Attribute(method, TypeNames.MigratesFrom) is not { } mark)
            {
                continue;
            }

            var old = TypeNames.Argument(mark) as INamedTypeSymbol;
            if (Fault(type, own, method, old, context) is { } fault)
            {
                context.Add(ProblemKind.UnusableDeclaration, method, $"step '{method.Name}' cannot be used: {fault}");
            }
            else
            {
                steps.Add((LayoutAttribute.Of(old!)!.Version, new MigrationStep(TypeNames.Escape(method.Name), TypeNames.Reference(old!))));
            }
        }

        return new EquatableArray<MigrationStep>(steps.OrderBy(s => s.Version).Select(s => s.Step));
    }

    private static string? Fault(
        INamedTypeSymbol type, LayoutAttribute own, IMethodSymbol method, INamedTypeSymbol? old, PlanContext context)
    {
        if (old is null || LayoutAttribute.Of(old) is not { } before)
        {
            return "it does not name a layout";
        }

        if (before.Name == own.Name && before.Version >= own.Version)
        {
            return $"version {before.Version} of '{old.Name}' is not before {own.Version}";
        }

        bool hasShape = method is { IsStatic: true, IsGenericMethod: false, ReturnsVoid: true, Parameters.Length: 2 }
            && method.Parameters[0].RefKind == RefKind.In
            && SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, old)
            && method.Parameters[1].RefKind == RefKind.Out
            && SymbolEqualityComparer.Default.Equals(method.Parameters[1].Type, type);
        if (!hasShape)
        {
            return $"it is not 'static void {method.Name}(in {old.Name} from, out {type.Name} to)'";
        }

        // An old layout that has no model gets no code either. A circle of steps ends here as well.
        return !old.DeclaringSyntaxReferences.IsEmpty && LayoutPlanner.Plan(old, context).Model is null
            ? $"'{old.Name}' is no sound layout, or migrates from '{type.Name}'"
            : null;
    }
}
