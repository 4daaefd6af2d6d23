#!/bin/bash
# What the analyzers cost in a build: a project of 1,000 layouts and twice as many methods, compiled with and without them.
# Layouts are spread over namespaces of twenty, name their fields differently, and are used by methods of their own namespace,
# as in a real program. PER_NAMESPACE=1000 puts them all in one, which shows what the compiler's search for members costs.
# The release builds of generator and analyzers are used, as in the packages.
# The compiler is called as the build calls it, without the build around it, and without the server, which shares its time
# with other builds. Prints the processor time of each compilation, which other work disturbs less than the clock.
# The analyzers that the SDK runs in every build run in both, because they make the compiler do work that is then done once for
# all analyzers; BARE=1 leaves them out.
# Usage: benchmarks/build-overhead.sh [rounds] [layouts]
set -eu
rounds=${1:-3}
layouts=${2:-1000}
per=${PER_NAMESPACE:-20}
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"

for project in src/PmemTyped.Objects generators/PmemTyped.Generators analyzers/PmemTyped.Analyzers; do
    dotnet build "$project" -c Release -v q >"$folder/prepare.txt" || { cat "$folder/prepare.txt"; exit 1; }
done

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
compiler=$dotnet/sdk/$(dotnet --version)/Roslyn/bincore/csc.dll
{
    echo "-nologo -langversion:14 -target:library -optimize+ -nowarn:PMT4001 -out:\"$folder/overhead.dll\""
    for reference in "$dotnet"/packs/Microsoft.NETCore.App.Ref/10.*/ref/net10.0/*.dll "$root"/src/PmemTyped.Objects/bin/Release/net10.0/PmemTyped.*.dll; do
        echo "-reference:\"$reference\""
    done
    echo "-analyzer:\"$root/generators/PmemTyped.Generators/bin/Release/netstandard2.0/PmemTyped.Generators.dll\""
    if [ -z "${BARE:-}" ]; then
        sdk=$dotnet/sdk/$(dotnet --version)/Sdks/Microsoft.NET.Sdk/analyzers
        echo "-analyzer:\"$sdk/Microsoft.CodeAnalysis.NetAnalyzers.dll\""
        echo "-analyzer:\"$sdk/Microsoft.CodeAnalysis.CSharp.NetAnalyzers.dll\""
        echo "-analyzerconfig:\"$sdk/build/config/analysislevel_10_default.globalconfig\""
    fi

    echo "\"$folder/Overhead.cs\""
} >"$folder/false.rsp"
{
    cat "$folder/false.rsp"
    echo "-analyzer:\"$root/analyzers/PmemTyped.Analyzers/bin/Release/netstandard2.0/PmemTyped.Analyzers.dll\""
} >"$folder/true.rsp"

awk -v layouts="$layouts" -v per="$per" 'BEGIN {
    print "using PmemTyped;"
    for (i = 0; i < layouts; i++) {
        if (i % per == 0) { printf "%snamespace N%d {\n", i == 0 ? "" : "}\n", i / per }
        text = "[PersistentLayout(\"overhead.l@\", Alignment = 64)] public partial struct L@ { public long Id@; public long Sum@; public int Kind@; public int Count@; [PublishField] public ulong Sequence@; }\n" \
            "public static class M@ {\n" \
            "public static void Add(Persistent<L@> a, Persistent<L@> b, int n, bool c) {\n" \
            "for (int i = 0; i < n; i++) { a.Count@ += i; if (c) { a.Persist(); } }\n" \
            "try { foreach (char x in \"abc\") { b.Kind@ = x; } } finally { b.Persist(); }\n" \
            "a.Persist(); if (c) { return; } a.Id@ = n; a.Persist(); }\n" \
            "public static void Set(Persistent<L@> a, long v) { a.Id@ = v; a.Sum@ += v; a.Persist(); a.Sequence@++; a.Persist(); }\n}\n"
        gsub(/@/, i, text)
        printf "%s", text
    }
    print "}"
}' >"$folder/Overhead.cs"

# Kinds take turns, and the order of each pair is the reverse of the one before, so that a machine that gets slower hits both.
TIMEFORMAT='%U %S %R'
for round in $(seq "$rounds"); do
    order="false true"
    [ $((round % 2)) = 1 ] || order="true false"
    for with in $order; do
        spent=$({ time dotnet exec "$compiler" -noconfig -reportanalyzer "@$folder/$with.rsp" >"$folder/build.txt"; } 2>&1) || { cat "$folder/build.txt"; exit 1; }
        read -r user system clock <<<"$spent"
        echo "$with $(awk -v u="$user" -v s="$system" 'BEGIN { print u + s }') $clock" >>"$folder/times.txt"
        echo "round $round, $layouts layouts, analyzers $with: $user + $system s of processor time, $clock s by the clock"
        awk '$3 ~ /^PmemTyped[.]Analyzers,/ { print "  of that in our analyzers, by the compiler\x27s clock: " $1 " s" }' "$folder/build.txt"
    done
done

median() {
    awk -v kind="$1" -v field="$2" '$1 == kind { print $field }' "$folder/times.txt" | sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'
}
for field in 2 3; do
    awk -v without="$(median false $field)" -v with="$(median true $field)" -v what="$([ $field = 2 ] && echo "processor time" || echo "by the clock")" \
        'BEGIN { printf "medians, %s: without %.1f s, with %.1f s, overhead %+.1f %%\n", what, without, with, (with / without - 1) * 100 }'
done
