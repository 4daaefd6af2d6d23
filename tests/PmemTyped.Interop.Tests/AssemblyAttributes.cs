using System.Runtime.CompilerServices;

// The pools of these tests fill shared memory and two of the tests use every CPU: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: DisableRuntimeMarshalling]
