#!/bin/sh
# Somebody's script: it packs a file and says how small it became. It knows nothing of Diapason.
#   sh compress.sh LEVEL BLOCK FILTER
level=$1 block=$2 filter=$3
input=$(mktemp) packed=$(mktemp)
trap 'rm -f "$input" "$packed"' EXIT
seq 1 40000 | awk '{ print $1, $1 * $1 % 977, "sample" }' >"$input"

if [ "$filter" = sorted ]; then sort -k2,2n -o "$input" "$input"; fi
split -b "${block}k" --filter="gzip -$level" "$input" >"$packed"

echo "packed size: $(wc -c <"$packed") bytes"
