using PmemTyped.Native.Linux;

namespace PmemTyped.Native.Tests;

/// <summary>Messages name errors as the manual pages do.</summary>
public sealed class ErrnoTests
{
    [Theory]
    [InlineData(1, "EPERM")]
    [InlineData(2, "ENOENT")]
    [InlineData(4, "EINTR")]
    [InlineData(5, "EIO")]
    [InlineData(11, "EAGAIN")]
    [InlineData(12, "ENOMEM")]
    [InlineData(13, "EACCES")]
    [InlineData(17, "EEXIST")]
    [InlineData(20, "ENOTDIR")]
    [InlineData(21, "EISDIR")]
    [InlineData(22, "EINVAL")]
    [InlineData(27, "EFBIG")]
    [InlineData(28, "ENOSPC")]
    [InlineData(30, "EROFS")]
    [InlineData(95, "EOPNOTSUPP")]
    [InlineData(122, "EDQUOT")]
    [InlineData(71, "errno 71")]
    [InlineData(-1, "errno -1")]
    public void An_error_has_its_name(int number, string name) => Assert.Equal(name, Errno.Name(number));
}
