namespace PmemTyped.Sets.PoolSets;

/// <summary>What is wrong in a set file. (sets specification, sections 17 and 27)</summary>
public enum PoolSetFileError
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The file is empty.</summary>
    Empty = 1,

    /// <summary>The file is longer than any set file needs to be.</summary>
    TooLong = 2,

    /// <summary>A line holds a NUL, a carriage return before its end, or bytes that are not UTF-8.</summary>
    NotText = 3,

    /// <summary>The first line is not exactly PMEMPOOLSET.</summary>
    SignatureMissing = 4,

    /// <summary>A part line is not a size and a path.</summary>
    InvalidToken = 5,

    /// <summary>The path of a part does not begin with a slash.</summary>
    PathNotAbsolute = 6,

    /// <summary>A size is no number with a known unit.</summary>
    SizeFormat = 7,

    /// <summary>A size is 0.</summary>
    SizeZero = 8,

    /// <summary>A size is 2^63 bytes or more.</summary>
    SizeTooLarge = 9,

    /// <summary>A size has a sign; PMDK reads a negative one as nearly 2^64.</summary>
    SizeSigned = 10,

    /// <summary>AUTO stands before a path that is no device.</summary>
    SizeNotDetermined = 11,

    /// <summary>There is no part before the first REPLICA line, or at all.</summary>
    NoSetParts = 12,

    /// <summary>A local replica has no parts.</summary>
    NoReplicaParts = 13,

    /// <summary>A remote replica is followed by part lines.</summary>
    UnexpectedParts = 14,

    /// <summary>A remote replica has an address and no descriptor.</summary>
    ReplicaIncomplete = 15,

    /// <summary>The descriptor of a remote replica begins with a slash.</summary>
    DescriptorNotRelative = 16,

    /// <summary>REPLICA is joined with other letters, or indented.</summary>
    ReplicaKeyword = 17,

    /// <summary>A blank follows REPLICA, and nothing else; PMDK takes it for a remote replica then.</summary>
    ReplicaBlank = 18,

    /// <summary>OPTION without a name.</summary>
    OptionMissing = 19,

    /// <summary>An option that is not known, or several joined with a comma.</summary>
    OptionUnknown = 20,

    /// <summary>No blank between OPTION and a name; PMDK reads on as if there were one.</summary>
    OptionJoined = 21,

    /// <summary>SINGLEHDR and NOHDRS together; PMDK finds that out when the pool is made.</summary>
    OptionsContradict = 22,

    /// <summary>A # inside a word; PMDK drops the rest of the path.</summary>
    CommentInWord = 23,

    /// <summary>The same file twice; PMDK finds that out by its own lock.</summary>
    DuplicatePart = 24,

    /// <summary>The same directory twice.</summary>
    DuplicateDirectory = 25,

    /// <summary>Directories and files in one set.</summary>
    DirectoriesAndFiles = 26,

    /// <summary>A line of blanks, which is skipped; PMDK refuses it. A remark, no error.</summary>
    BlankLine = 27,

    /// <summary>The same option twice, which changes nothing. A remark, no error.</summary>
    DuplicateOption = 28,
}
