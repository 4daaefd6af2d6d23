namespace PmemTyped.Sets.PoolSets;

/// <content>The kinds of lines.</content>
internal sealed partial class PoolSetParser
{
    private void ReadReplica(string line, List<(string Word, int Column)> words)
    {
        if (words[0].Word != Replica)
        {
            Refuse(0, PoolSetFileError.ReplicaKeyword, $"'{words[0].Word}' is no keyword; exactly REPLICA is expected.");
            return;
        }

        CloseReplica(column: 0);
        _replica = new PoolSetReplica([], Line: _line);
        if (words.Count == 1 && line.Length > Replica.Length)
        {
            Refuse(Replica.Length, PoolSetFileError.ReplicaBlank,
                "A blank follows REPLICA and nothing else, which PMDK takes for a remote replica without address. "
                + "End the line after REPLICA, or write address and descriptor.");
        }
        else if (words.Count == 2)
        {
            Refuse(words[1].Column, PoolSetFileError.ReplicaIncomplete,
                "A remote replica needs the address of a node and a descriptor. Write REPLICA NODE DESCRIPTOR, or REPLICA alone.");
        }
        else if (words.Count > 3)
        {
            Refuse(words[3].Column, PoolSetFileError.InvalidToken, $"'{words[3].Word}' is one word too many after REPLICA NODE DESCRIPTOR.");
        }
        else if (words.Count == 3)
        {
            ReadRemote(words);
        }
    }

    private void ReadRemote(List<(string Word, int Column)> words)
    {
        if (words[2].Word.StartsWith('/'))
        {
            Refuse(words[2].Column, PoolSetFileError.DescriptorNotRelative,
                $"The descriptor '{words[2].Word}' must be relative to the directory that the node is configured with.");
            return;
        }

        _replica = _replica with { Node = words[1].Word, Descriptor = words[2].Word };
    }

    private void ReadOptions(List<(string Word, int Column)> words)
    {
        string joined = words[0].Word[Option.Length..];
        if (joined.Length > 0)
        {
            if (IsStrict)
            {
                Refuse(words[0].Column, PoolSetFileError.OptionJoined,
                    $"'{words[0].Word}': a blank is missing after OPTION. PMDK reads on as if it were there; write 'OPTION {joined}'.");
                return;
            }

            words[0] = (joined, words[0].Column + Option.Length);
        }
        else
        {
            words.RemoveAt(0);
        }

        if (words.Count == 0)
        {
            Refuse(Option.Length, PoolSetFileError.OptionMissing, "OPTION needs the name of an option: SINGLEHDR or NOHDRS.");
        }

        foreach ((string name, int column) in words)
        {
            ReadOption(name, column);
        }
    }

    private void ReadOption(string name, int column)
    {
        PoolSetOptions option = name switch
        {
            "SINGLEHDR" => PoolSetOptions.SingleHeader,
            "NOHDRS" => PoolSetOptions.NoHeaders,
            _ => PoolSetOptions.None,
        };
        if (option == PoolSetOptions.None)
        {
            Refuse(column, PoolSetFileError.OptionUnknown,
                $"'{name}' is no option. Known are SINGLEHDR and NOHDRS, with blanks between them.");
        }
        else if (_options.HasFlag(option))
        {
            Remark(column, PoolSetFileError.DuplicateOption, $"{name} was given before; once is enough.");
        }

        _options |= option;
    }

    private void ReadPart(List<(string Word, int Column)> words)
    {
        if (words.Count != 2)
        {
            string what = words[0].Word == Replica ? "REPLICA must begin in column 1" : "A part line is a size and a path, two words";
            int column = words.Count > 2 ? words[2].Column : words[0].Column;
            Refuse(column, PoolSetFileError.InvalidToken, $"{what}; a path cannot hold blanks.");
            return;
        }

        if (!words[1].Word.StartsWith('/'))
        {
            Refuse(words[1].Column, PoolSetFileError.PathNotAbsolute, $"The path '{words[1].Word}' must be absolute.");
            return;
        }

        PoolSetFileError error = PoolSetSize.Parse(words[0].Word, out long bytes);
        if (error != PoolSetFileError.None)
        {
            Refuse(words[0].Column, error, $"'{words[0].Word}' is no size: {Explain(error)}");
            return;
        }

        if (_replica.IsRemote)
        {
            Refuse(words[0].Column, PoolSetFileError.UnexpectedParts,
                "A part line follows a remote replica, whose parts stand in the set file on its node. Begin a local one with REPLICA.");
            return;
        }

        _parts.Add(new PoolSetFilePart(words[1].Word, bytes, _line));
    }

    private static string Explain(PoolSetFileError error) => error switch
    {
        PoolSetFileError.SizeSigned =>
            "it has a sign. PMDK takes a negative one for nearly 2^64 bytes. Write a number without sign.",
        PoolSetFileError.SizeTooLarge => "it is 2^63 bytes or more. PMDK takes it for the largest number there is.",
        PoolSetFileError.SizeZero => "a part cannot have 0 bytes.",
        _ => "write a whole number, directly followed by nothing, B, K, M, G, T, P, KiB ... PiB (powers of 1024) or kB, MB ... PB (powers of 1000), or AUTO.",
    };
}
