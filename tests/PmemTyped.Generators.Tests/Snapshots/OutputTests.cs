using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

public class OutputTests
{
    [Theory]
    [MemberData(nameof(Features.Names), MemberType = typeof(Features))]
    public async Task Output_is_as_verified(string feature) =>
        await Verify(GeneratorRun.Run(Features.All[feature])).UseTextForParameters(feature);
}
