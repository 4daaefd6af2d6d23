using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PmemTyped.Analyzers.Flow;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers;

/// <summary>Compares the contract of a member with that of the members it overrides or implements.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DurabilityRules.WeakerContract];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (MarkerTypes.Of(start.Compilation) is not null)
            {
                start.RegisterSymbolAction(Check, SymbolKind.Method);
            }
        });
    }

    private static void Check(SymbolAnalysisContext context)
    {
        // Most methods take the place of no other: what they promise themselves need not be read then.
        var method = (IMethodSymbol)context.Symbol;
        if (method.Parameters.IsEmpty
            || (method.OverriddenMethod is null && method.ContainingType is not { AllInterfaces.IsEmpty: false }))
        {
            return;
        }

        MethodContract own = MethodContract.Of(method);
        foreach (IMethodSymbol promised in Promised(method))
        {
            MethodContract contract = MethodContract.Of(promised);
            for (int i = 0; i < own.Parameters.Length; i++)
            {
                Effects missing = contract.Parameters[i].Kinds & (Effects.Flushes | Effects.Drains) & ~own.Parameters[i].Kinds;
                if (missing != Effects.None)
                {
                    string name = contract.Parameters[i].Has(Effects.Persists) ? "Persists" : missing.ToString();
                    context.ReportDiagnostic(Diagnostic.Create(
                        DurabilityRules.WeakerContract,
                        method.Parameters[i].Locations[0],
                        ImmutableDictionary<string, string?>.Empty.Add(FixKeys.Attribute, name),
                        method.Parameters[i].Name,
                        method.Name,
                        name));
                    return;
                }
            }
        }
    }

    private static IEnumerable<IMethodSymbol> Promised(IMethodSymbol method)
    {
        if (method.OverriddenMethod is { } overridden)
        {
            yield return overridden;
        }

        foreach (IMethodSymbol member in method.ContainingType.AllInterfaces.SelectMany(i => i.GetMembers(method.Name)).OfType<IMethodSymbol>()
            .Concat(method.ExplicitInterfaceImplementations))
        {
            if (SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method))
            {
                yield return member;
            }
        }
    }
}
