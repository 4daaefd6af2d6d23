// Two of the tests use every processor. And some start programs: between fork and exec such a child holds the files of this
// process open, locks of pools included, so tests side by side would find pools locked at random.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
