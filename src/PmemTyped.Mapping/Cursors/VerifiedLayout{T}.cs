namespace PmemTyped.Mapping;

/// <summary>Runs the start-up check of a layout once per process, before its first use.</summary>
internal static class VerifiedLayout<T>
    where T : unmanaged, IPersistentLayout<T>
{
    private static readonly bool s_verified = Verify();

    /// <summary>Throws when the runtime laid the struct out differently than the generator planned.</summary>
    internal static void Ensure() => _ = s_verified;

    private static bool Verify()
    {
        T.VerifyLayout();
        return true;
    }
}
