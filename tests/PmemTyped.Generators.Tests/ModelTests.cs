using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using PmemTyped.Schema;
using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

/// <summary>A model is values only, equal for equal text, and keeps no compilation alive.</summary>
public class ModelTests
{
    [Theory]
    [MemberData(nameof(Features.Names), MemberType = typeof(Features))]
    public void A_model_holds_nothing_of_the_compiler(string feature)
    {
        object[] models = Models(GeneratorRun.Run(Features.All[feature]));

        Assert.NotEmpty(models);
        foreach (object model in models)
        {
            Walk(model, [], model.GetType().Name);
        }
    }

    [Theory]
    [MemberData(nameof(Features.Names), MemberType = typeof(Features))]
    public void The_same_text_gives_equal_models(string feature)
    {
        object[] first = Models(GeneratorRun.Run(Features.All[feature]));
        object[] second = Models(GeneratorRun.Run(Features.All[feature]));

        Assert.Equal(first, second);
        Assert.Equal(first.Select(m => m.GetHashCode()), second.Select(m => m.GetHashCode()));
    }

    [Fact]
    public void Other_text_gives_another_model()
    {
        object[] first = Models(GeneratorRun.Run("[PersistentLayout(\"s\")] public partial struct S { public int A; }"));
        object[] second = Models(GeneratorRun.Run("[PersistentLayout(\"s\")] public partial struct S { public uint A; }"));

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void The_first_compilation_can_be_collected_after_the_second_run()
    {
        GeneratorDriver driver = RunTwice(out WeakReference first);

        for (int attempt = 0; attempt < 10 && first.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(first.IsAlive);
        GC.KeepAlive(driver);
    }

    [Theory]
    [InlineData("fi-FI")]
    [InlineData("ar-SA")]
    public void The_culture_changes_nothing(string name)
    {
        string[] expected = [.. Features.All.Values.Select(f => GeneratorRun.Text(GeneratorRun.Run(f)))];
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(name);
            Assert.NotEqual("-1", (-1).ToString(CultureInfo.CurrentCulture));

            Assert.Equal(expected, Features.All.Values.Select(f => GeneratorRun.Text(GeneratorRun.Run(f))));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static GeneratorDriver RunTwice(out WeakReference first)
    {
        Compilation compilation = GeneratorRun.Compile(Features.All["Account"]);
        first = new WeakReference(compilation);
        GeneratorDriver driver = GeneratorRun.Driver().RunGenerators(compilation);
        Compilation changed = GeneratorRun.Compile(Features.All["Nested"]);
        return driver.RunGenerators(changed).RunGenerators(changed);
    }

    private static object[] Models(GeneratorDriver driver)
    {
        var steps = driver.GetRunResult().Results.Single().TrackedSteps;
        return
        [
            .. new[] { TrackingNames.Layout, TrackingNames.Text }
                .Where(steps.ContainsKey)
                .SelectMany(name => steps[name])
                .SelectMany(step => step.Outputs)
                .Select(output => output.Value),
        ];
    }

    private static void Walk(object? value, HashSet<object> seen, string path)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
        {
            return;
        }

        Type type = value.GetType();
        bool isOurs = type.Namespace == typeof(LayoutModel).Namespace;
        Assert.True(isOurs || type.IsArray, $"{path} is a {type}");
        Assert.False(value is Delegate, path);
        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Walk(item, seen, path + "[]");
            }
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (isOurs)
            {
                Walk(field.GetValue(value), seen, $"{path}.{field.Name}");
            }
        }
    }
}
