namespace PmemTyped.Mapping.Tests;

/// <summary>A config refuses a value that no source could ever accept, when it is set.</summary>
public sealed class PmemMapConfigTests
{
    [Fact]
    public void The_defaults_are_the_whole_source_shared_readable_and_writable()
    {
        var config = new PmemMapConfig();
        Assert.Equal((0, 0, 0), (config.OffsetBytes, config.LengthBytes, config.ReservationOffsetBytes));
        Assert.Equal(MapProtection.Read | MapProtection.Write, config.Protection);
        Assert.Equal((false, StoreGranularity.Page), (config.IsPrivate, config.RequiredGranularity));
        Assert.Null(config.Reservation);
    }

    [Fact]
    public void Every_valid_value_is_kept()
    {
        foreach (int protection in Enumerable.Range(0, 8))
        {
            Assert.Equal(protection, (int)new PmemMapConfig { Protection = (MapProtection)protection }.Protection);
        }

        foreach (StoreGranularity granularity in Enum.GetValues<StoreGranularity>())
        {
            Assert.Equal(granularity, new PmemMapConfig { RequiredGranularity = granularity }.RequiredGranularity);
        }

        var config = new PmemMapConfig { OffsetBytes = long.MaxValue, LengthBytes = long.MaxValue, ReservationOffsetBytes = 1 };
        Assert.Equal((long.MaxValue, long.MaxValue, 1), (config.OffsetBytes, config.LengthBytes, config.ReservationOffsetBytes));
    }

    [Fact]
    public void Every_invalid_value_is_refused_by_name()
    {
        Refused("OffsetBytes", () => new PmemMapConfig { OffsetBytes = -1 });
        Refused("OffsetBytes", () => new PmemMapConfig { OffsetBytes = unchecked(long.MaxValue + 1) });
        Refused("LengthBytes", () => new PmemMapConfig { LengthBytes = -1 });
        Refused("ReservationOffsetBytes", () => new PmemMapConfig { ReservationOffsetBytes = -1 });
        Refused("Protection", () => new PmemMapConfig { Protection = (MapProtection)8 });
        Refused("Protection", () => new PmemMapConfig { Protection = (MapProtection)(-1) });
        Refused("RequiredGranularity", () => new PmemMapConfig { RequiredGranularity = (StoreGranularity)3 });
        Refused("RequiredGranularity", () => new PmemMapConfig { RequiredGranularity = (StoreGranularity)(-1) });
    }

    private static void Refused(string name, Func<object> make) =>
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
}
