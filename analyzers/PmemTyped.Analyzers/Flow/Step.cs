using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Flow;

/// <summary>What one step of a method does to the state.</summary>
internal enum StepKind
{
    None = 0,
    Store = 1,

    /// <summary>A store that happens on some paths of a callee.</summary>
    MayStore = 2,

    /// <summary>A flush that a callee leaves undrained on some paths.</summary>
    MayFlush = 3,
    Flush = 4,

    /// <summary>A flush of some range: it may be meant for any object.</summary>
    FlushAny = 5,
    Drain = 6,

    /// <summary>The local takes another object.</summary>
    Rebind = 7,

    /// <summary>await or yield return.</summary>
    Suspend = 8,

    /// <summary>Something that can throw, inside a try.</summary>
    MayThrow = 9,

    /// <summary>The place of the object is stored in another object.</summary>
    Link = 10,

    /// <summary>The object is passed on as persisted.</summary>
    Require = 11,

    /// <summary>Something is disposed.</summary>
    Dispose = 12,

    /// <summary>A disposable local takes another value.</summary>
    Revive = 13,

    /// <summary>A cursor or something disposable is used.</summary>
    Use = 14,

    /// <summary>The cursor is default from here on.</summary>
    Default = 15,

    /// <summary>A replica is sent some range.</summary>
    Replicate = 16,
}

/// <summary>Particulars of a step.</summary>
[Flags]
internal enum StepFlags
{
    None = 0,

    /// <summary>The store is one aligned store of the publish field.</summary>
    Publish = 1,

    /// <summary>The store reads the field first, as an increment does.</summary>
    Reads = 2,

    /// <summary>The fields are not known exactly.</summary>
    Inexact = 4,

    /// <summary>The compiler wrote it: the end of a scope.</summary>
    Implicit = 8,

    /// <summary>The step belongs to a flush and drain in one call.</summary>
    OfPersist = 16,

    /// <summary>The whole object in any order.</summary>
    Wide = 32,
}

/// <summary>One effect, in the order of evaluation; everything that the fixpoint looks at.</summary>
internal readonly record struct Step(StepKind Kind, int Root, ulong Mask, IOperation Operation, int Site = -1, StepFlags Flags = StepFlags.None)
{
    internal bool Is(StepFlags flag) => (Flags & flag) != 0;
}

/// <summary>A place in the source where an object is stored to or flushed.</summary>
internal readonly record struct Site(int Root, ulong Mask, IOperation Operation);
