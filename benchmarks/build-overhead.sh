#!/bin/sh
# What the analyzers cost in a build: a project of 1,000 layouts and twice as many methods, compiled with and without them.
# Ten layouts share a namespace: the compiler looks through all typed members of one name that are in scope, so a thousand
# layouts in a single namespace would measure that search and nothing else.
# Prints the processor time of each compilation, which other work on the machine disturbs less than the clock.
# Usage: benchmarks/build-overhead.sh [rounds] [layouts]
set -eu
rounds=${1:-3}
layouts=${2:-1000}
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

dotnet build "$root/src/PmemTyped.Objects" -v q >"$folder/prepare.txt"
dotnet build "$root/generators/PmemTyped.Generators" -v q >>"$folder/prepare.txt"
dotnet build "$root/analyzers/PmemTyped.Analyzers" -v q >>"$folder/prepare.txt"

cat >"$folder/Overhead.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <LangVersion>14</LangVersion>
    <ImplicitUsings>enable</ImplicitUsings>
    <UseSharedCompilation>false</UseSharedCompilation>
    <NoWarn>PMT4001</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <Reference Include="$root/src/PmemTyped.Objects/bin/Debug/net10.0/PmemTyped.*.dll" />
    <Analyzer Include="$root/generators/PmemTyped.Generators/bin/Debug/netstandard2.0/PmemTyped.Generators.dll" />
    <Analyzer Include="$root/analyzers/PmemTyped.Analyzers/bin/Debug/netstandard2.0/PmemTyped.Analyzers.dll" Condition="'\$(WithAnalyzers)' == 'true'" />
  </ItemGroup>
</Project>
PROJECT

awk -v layouts="$layouts" 'BEGIN {
    print "using PmemTyped;"
    for (i = 0; i < layouts; i++) {
        if (i % 10 == 0) { printf "%snamespace N%d {\n", i == 0 ? "" : "}\n", i / 10 }
        printf "[PersistentLayout(\"overhead.l%d\", Alignment = 64)] public partial struct L%d { public long Id; public long Sum; public int Kind; public int Count; [PublishField] public ulong Sequence; }\n", i, i
        printf "public static class M%d {\n", i
        printf "public static void Add(Persistent<L%d> a, Persistent<L%d> b, int n, bool c) {\n", i, i
        print "for (int i = 0; i < n; i++) { a.Count += i; if (c) { a.Persist(); } }"
        print "try { foreach (char x in \"abc\") { b.Kind = x; } } finally { b.Persist(); }"
        print "a.Persist(); if (c) { return; } a.Id = n; a.Persist(); }"
        printf "public static void Set(Persistent<L%d> a, long v) { a.Id = v; a.Sum += v; a.Persist(); a.Sequence++; a.Persist(); }\n}\n", i
    }
    print "}"
}' >"$folder/Overhead.cs"

dotnet restore "$folder" -v q
for round in $(seq "$rounds"); do
    for with in false true; do
        rm -rf "$folder/bin" "$folder/obj/Debug"
        start=$(awk '{ print $16 + $17 }' /proc/$$/stat)
        dotnet build "$folder" --no-restore -v q -nodeReuse:false -p:WithAnalyzers=$with >"$folder/build.txt" || { cat "$folder/build.txt"; exit 1; }
        end=$(awk '{ print $16 + $17 }' /proc/$$/stat)
        echo "round $round, analyzers $with: $(((end - start) * 10)) ms of processor time"
    done
done
