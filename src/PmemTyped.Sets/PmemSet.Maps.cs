using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;
using PmemTyped.Sets.Parts;

namespace PmemTyped.Sets;

/// <content>From a source to a part.</content>
public sealed partial class PmemSet
{
    /// <summary>
    /// Maps a source into the set, as a part of its own or at the end of the previous one, and makes its file longer where it
    /// is too short. After a failure the file has its former size. Durability: nothing is stored. (pmemset_map)
    /// </summary>
    /// <param name="source">Where the bytes are.</param>
    /// <param name="config">Which of them; null for all.</param>
    /// <returns>The whole part, with all that it is made of.</returns>
    /// <exception cref="PmemSetException">The conditions of the sets specification, sections 3 and 6, each with its code.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public PmemSetDescriptor Map(PmemSetSource? source, PmemSetMapConfig? config = null)
    {
        if (source is null)
        {
            throw new PmemSetException(PmemSetError.InvalidSourceType, "A map needs a source; none was given.");
        }

        config ??= new PmemSetMapConfig();
        _ = Current();
        RequireState(source);
        RequireNoBadBlocks(source);
        return Map(source, config.OffsetBytes, config.LengthBytes, source.Grows);
    }

    internal PmemSetDescriptor Map(PmemSetSource source, long offset, long length, bool grows)
    {
        SetSnapshot former;
        PartExtent extent;
        PartShutdownState? state;
        lock (source.SizeLock)
        {
            long formerBytes = source.GetLengthBytes();
            long lengthBytes = length > 0 ? length : RequireLength(source, offset, formerBytes);
            bool hasGrown = Fit(source, offset, lengthBytes, formerBytes, grows);
            try
            {
                lock (_lock)
                {
                    (former, extent) = MapLocked(source, offset, lengthBytes);
                    state = source.CountMap(+1);
                }
            }
            catch when (hasGrown)
            {
                CutBack(source, formerBytes);
                throw;
            }
        }

        former.Leave();
        Raise(new PmemSetEvent
        {
            Kind = PmemSetEventKind.PartAdd,
            Address = extent.Start,
            LengthBytes = extent.LengthBytes,
            Source = source,
        });
        if (state is not null)
        {
            Raise(new PmemSetEvent { Kind = PmemSetEventKind.SdsUpdate, Source = source, ShutdownState = state });
        }

        return extent.Descriptor;
    }

    private static long RequireLength(PmemSetSource source, long offset, long sourceBytes) => sourceBytes > offset
        ? sourceBytes - offset
        : throw new PmemSetException(
            PmemSetError.MapLengthUnset,
            FormattableString.Invariant(
                $"'{source.Path}' has {sourceBytes} bytes, so nothing is left to map from offset 0x{offset:X} on. Give a length."));

    private static bool Fit(PmemSetSource source, long offset, long lengthBytes, long sourceBytes, bool grows)
    {
        if (offset <= sourceBytes && lengthBytes <= sourceBytes - offset)
        {
            return false;
        }

        string what = FormattableString.Invariant(
            $"'{source.Path}' has {sourceBytes} bytes, and {lengthBytes} at offset 0x{offset:X} were asked for");
        if (!grows)
        {
            throw new PmemSetException(
                PmemSetError.SourceFileIsTooSmall, $"{what}; it must not grow. Map less, or let the source grow.");
        }

        if (lengthBytes > long.MaxValue - offset)
        {
            throw new PmemSetException(PmemSetError.CannotGrowSourceFile, $"{what}; no file is that long.");
        }

        try
        {
            source.Inner!.Grow(offset + lengthBytes);
            return true;
        }
        catch (Exception e) when (e is PmemIOException or NotSupportedException)
        {
            throw new PmemSetException(PmemSetError.CannotGrowSourceFile, $"{what}. {e.Message}", e);
        }
    }

    // The size lock kept everybody who goes through this source away from the new bytes.
    private static void CutBack(PmemSetSource source, long formerBytes)
    {
        try
        {
            source.Inner!.DangerousCut(formerBytes);
        }
        catch (PmemIOException)
        {
            // The file is longer than before, which harms nobody; the reason for the failed map is what counts.
        }
    }

    private (SetSnapshot Former, PartExtent Extent) MapLocked(PmemSetSource source, long offset, long lengthBytes)
    {
        SetSnapshot current = Current();
        var rules = new PlacementRules(
            current.Nodes,
            _previous is { IsClaimed: false } free ? free : null,
            _coalescing,
            _configSpace,
            _config.RequiredGranularity!.Value);
        PartPiece piece = new PartPlacement(rules, source, offset, lengthBytes).Place(
            out PartNode? previous, out PartSpace space);
        try
        {
            if (current.Granularity is { } granularity && granularity != piece.Map.Granularity)
            {
                throw new PmemSetException(
                    PmemSetError.GranularityMismatch,
                    $"'{source.Path}' offers {piece.Map.Granularity} granularity, and the set has {granularity}. Make another set for it.");
            }

            List<PartNode> nodes = [.. current.Nodes];
            PartExtent[] retired = [];
            PartExtent extent;
            if (previous is not null)
            {
                retired = [previous.Extent];
                extent = new PartExtent([.. previous.Extent.Pieces, piece]);
                previous.Extent = extent;
            }
            else
            {
                extent = new PartExtent([piece]);
                _previous = new PartNode(extent, space);
                nodes.Insert(current.IndexAtOrBefore(extent.Start) + 1, _previous);
            }

            return (Publish(nodes, piece.Map.Granularity, retired, [], []), extent);
        }
        catch
        {
            piece.Map.Dispose();
            space.Trim(rules.PartsIn(space));
            throw;
        }
    }

    private void RequireState(PmemSetSource source)
    {
        if (source.EvaluateState() is { } state && (state & _config.AcceptableStates) == 0)
        {
            throw new PmemSetException(
                PmemSetError.UndesirablePartState,
                $"The data of '{source.Path}' is {state}, and the set accepts {_config.AcceptableStates} only. "
                + "Recover the data, or accept the state knowingly.");
        }
    }

    private void RequireNoBadBlocks(PmemSetSource source)
    {
        if (!source.DetectsBadBlocks)
        {
            return;
        }

        IReadOnlyList<PmemBadBlock> found = FindBadBlocks(source);
        if (found.Count == 0)
        {
            return;
        }

        foreach (PmemBadBlock block in found)
        {
            Raise(new PmemSetEvent { Kind = PmemSetEventKind.BadBlock, Source = source, BadBlock = block });
        }

        int remaining = FindBadBlocks(source).Count;
        if (remaining > 0)
        {
            throw new PmemSetException(
                PmemSetError.IoFail,
                FormattableString.Invariant(
                    $"'{source.Path}' has {remaining} bad blocks, which cannot be read. Clear them in the BadBlock event, which gives their content up."));
        }

        var cleared = new PmemSetEvent { Kind = PmemSetEventKind.BadBlocksCleared, Source = source };
        if (_config.EventHandler?.Invoke(this, in cleared) is { } veto and not 0)
        {
            throw new PmemSetException(
                veto < 0 ? -veto : veto, FormattableString.Invariant($"The event handler refused '{source.Path}' with {veto}."));
        }
    }

    private static IReadOnlyList<PmemBadBlock> FindBadBlocks(PmemSetSource source)
    {
        if (source.Inner is not { } file)
        {
            throw new PmemSetException(
                PmemSetError.BadblockNosupp, $"Bad blocks of '{source.Path}' cannot be listed: it is memory that was mapped before.");
        }

        try
        {
            return source.Devices.FindBadBlocks(file);
        }
        catch (Exception e) when (e is NotSupportedException or PmemFormatException or PmemIOException)
        {
            throw PmemSetSource.BadBlockFailure(e, file.Kind == PmemSourceKind.DeviceDax);
        }
    }
}
