using System.Globalization;
using System.Text.Json.Nodes;

namespace PmemTyped.Replication.Etcd;

/// <summary>
/// Lets etcd decide who may be promoted: the holder of a set is a key that is created by compare-and-swap under a lease. The
/// lease is kept alive as long as this object lives; where its process dies, the key goes after the lifetime, and another copy
/// can have it. A primary holds it too, from when it opens. Leases only decide who tries: what was acknowledged is kept by
/// promises and generations, whatever clocks say. Threads: safe. (replication specification, 19.7)
/// </summary>
public sealed class EtcdPromotionAuthority : IPromotionAuthority, IDisposable
{
    private const int RenewalsPerLifetime = 3;

    private readonly Lock _lock = new();
    private readonly EtcdGateway _gateway;
    private readonly long _lifetimeSeconds;
    private readonly string _prefix;
    private readonly Timer _renewal;
    private string? _lease;
    private bool _isDisposed;

    /// <summary>Initializes a new instance of the <see cref="EtcdPromotionAuthority"/> class. Nothing is asked yet.</summary>
    /// <param name="endpoints">Addresses of the members, such as <c>http://10.0.0.1:2379</c>; one that does not answer is passed over.</param>
    /// <param name="lifetime">How long a holder that died keeps others out, in whole seconds; at least 2 s.</param>
    /// <param name="keyPrefix">What keys begin with.</param>
    /// <param name="timeout">How long a member may take to answer; null for 2 s.</param>
    /// <exception cref="ArgumentException">There is no address.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is too short.</exception>
    public EtcdPromotionAuthority(
        IReadOnlyList<Uri> endpoints, TimeSpan lifetime, string keyPrefix = "pmemtyped/primary/", TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(keyPrefix);
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(2));
        if (endpoints.Count == 0)
        {
            throw new ArgumentException("A coordinator has at least one member. Give the address of one.", nameof(endpoints));
        }

        _gateway = new EtcdGateway(endpoints, timeout ?? TimeSpan.FromSeconds(2));
        _lifetimeSeconds = (long)lifetime.TotalSeconds;
        _prefix = keyPrefix;
        TimeSpan interval = lifetime / RenewalsPerLifetime;
        _renewal = new Timer(_ => Renew(), null, interval, interval);
    }

    /// <summary>
    /// Makes a copy the holder of its set, when nobody is or it is already. On return the coordinator has agreed on it with a
    /// majority of its members.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public bool TryGrant(PromotionRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        string key = _prefix + request.SetUuid.ToString("N");
        string holder = request.ReplicaId.ToString("N");
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);

            // An answer that was lost is no harm: asked again, the holder is found to be this copy. Its old lease may be near its
            // end, or that of a process which died, so that the key is moved to the present one.
            string lease = Lease(cancellation);
            return _gateway.TrySet(key, holder, expected: null, lease, cancellation)
                || _gateway.TrySet(key, holder, expected: holder, lease, cancellation);
        }
    }

    /// <summary>Who holds a set now, as far as a majority of the members knows; null for nobody.</summary>
    /// <param name="setUuid">The set.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="IOException">No majority is reached.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Guid? Holder(Guid setUuid, CancellationToken cancellation = default) =>
        _gateway.Read(_prefix + setUuid.ToString("N"), cancellation) is { } holder
            ? Guid.TryParseExact(holder, "N", out Guid found) ? found : throw new IOException($"The holder of set {setUuid:N} is '{holder}', which no copy is called. Remove the key.")
            : null;

    /// <summary>Gives everything up that it holds, at once where the coordinator is reached, otherwise when the lease ends.</summary>
    public void Dispose()
    {
        _renewal.Dispose();
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            try
            {
                if (_lease is not null)
                {
                    _ = _gateway.Post("lease/revoke", new JsonObject { ["ID"] = _lease }, CancellationToken.None);
                }
            }
            catch (IOException)
            {
                // Nobody is reached: the lease ends by itself.
            }

            _gateway.Dispose();
        }
    }

    private string Lease(CancellationToken cancellation)
    {
        if (_lease is null || !IsAlive(_lease, cancellation))
        {
            JsonNode granted = _gateway.Post(
                "lease/grant",
                new JsonObject { ["TTL"] = _lifetimeSeconds.ToString(CultureInfo.InvariantCulture) },
                cancellation);
            _lease = EtcdGateway.TextOf(granted, "ID") ?? throw new IOException("The coordinator granted no lease.");
        }

        return _lease;
    }

    private bool IsAlive(string lease, CancellationToken cancellation)
    {
        JsonNode answer = _gateway.Post("lease/keepalive", new JsonObject { ["ID"] = lease }, cancellation);
        return answer["result"] is { } result && EtcdGateway.TextOf(result, "TTL") is { } left && left != "0";
    }

    private void Renew()
    {
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isDisposed && _lease is not null)
            {
                _ = IsAlive(_lease, CancellationToken.None);
            }
        }
        catch (IOException)
        {
            // The next renewal may reach somebody; if not, the lease ends, and another copy may be the candidate.
        }
        finally
        {
            _lock.Exit();
        }
    }
}
