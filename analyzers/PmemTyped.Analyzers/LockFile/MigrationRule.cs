using System.Globalization;
using Microsoft.CodeAnalysis;
using PmemTyped.Analyzers.Rules;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers.LockFile;

/// <summary>
/// What a new version owes to the objects of the one before: nothing where they can be read in place, else a step that is
/// marked [MigratesFrom].
/// </summary>
internal static class MigrationRule
{
    internal static void Check(
        INamedTypeSymbol type,
        LayoutModel model,
        IEnumerable<LockLine> recorded,
        Action<DiagnosticDescriptor, LockLine, object[]> report)
    {
        LockLine? previous = recorded.Where(l => l.Version < model.Version).OrderByDescending(l => l.Version).FirstOrDefault();
        if (previous is null or { IsRetired: true } || HasStep(type, model, previous.Version))
        {
            return;
        }

        if (LayoutChange.Moved(previous, model) is { } fault)
        {
            report(EvolutionRules.Incompatible, previous, [model.LayoutName, Text(model.Version), Text(previous.Version), fault]);
        }
        else if (!previous.Head.StartsWith("size=" + Text(model.Size) + " ", StringComparison.Ordinal))
        {
            report(EvolutionRules.NoMigration, previous, [model.LayoutName, Text(model.Version), Text(previous.Version)]);
        }
    }

    private static bool HasStep(INamedTypeSymbol type, LayoutModel model, int version) => type.GetMembers().OfType<IMethodSymbol>()
        .Select(m => TypeNames.Argument(TypeNames.Attribute(m, TypeNames.MigratesFrom)))
        .OfType<INamedTypeSymbol>()
        .Select(LayoutAttribute.Of)
        .Any(a => a is not null && a.Name == model.LayoutName && a.Version == version);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
