using PmemTyped.Interop.Tests.Reference;
using PmemTyped.Testing;

namespace PmemTyped.Interop.Tests;

/// <summary>What the reference refuses with an errno, we refuse with the exception of that kind.</summary>
public sealed class ErrorParityTests
{
    public static TheoryData<string> Names => [.. ErrorParityCase.All.Select(c => c.Name)];

    [ReferenceTheory]
    [MemberData(nameof(Names))]
    public void Both_sides_refuse(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        ErrorParityCase error = ErrorParityCase.All.Single(c => c.Name == name);
        string ours = directory.File("ours");
        string reference = directory.File("reference");
        error.Prepare(ours);
        error.Prepare(reference);

        Exception thrown = Assert.Throws(error.Exception, () => error.Ours(ours));
        ReferenceException returned = Assert.Throws<ReferenceException>(() => error.Reference(reference));

        Assert.Equal(error.ErrorNumber, returned.ErrorNumber);
        if (thrown is PmemIOException refused)
        {
            Assert.Equal(error.ErrorNumber, refused.ErrorNumber);
        }
    }

    // A refused open must not have touched the file. The reference marks some pools as open before it refuses them.
    [ReferenceTheory]
    [MemberData(nameof(Names))]
    public void What_we_refuse_we_leave_as_it_was(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        ErrorParityCase error = ErrorParityCase.All.Single(c => c.Name == name);
        string path = directory.File("pool");
        error.Prepare(path);
        byte[]? before = File.Exists(path) ? File.ReadAllBytes(path) : null;

        Assert.Throws(error.Exception, () => error.Ours(path));

        byte[]? after = File.Exists(path) ? File.ReadAllBytes(path) : null;
        Assert.Equal(before is null, after is null);
        Assert.True(before.AsSpan().SequenceEqual(after), "The file was changed.");
    }
}
