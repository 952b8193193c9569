#!/bin/sh
# Starts `espalier bench engine` again and again, since what the compiler makes of inner loops must not be left to luck:
# the figures of each start, and then the least and the most share of its own start's yardstick that each of them reached:
#
#   infra/engine-starts.sh STARTS [ARGUMENTS OF bench engine]
#
# Java is that of the PATH; ESPALIER_JAVA_OPTS=-XX:UseAVX=2 takes vectors of 256 bits. A start takes about 40 seconds with
# `--new 16`. The command is that of the variable ESPALIER, else of the bundle or of the project that this script lies in.
set -eu

if [ $# -lt 1 ]; then
  echo "usage: $0 STARTS [ARGUMENTS OF bench engine]" >&2
  exit 2
fi
starts=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
. "$here/measuring.sh"
figures=$(mktemp)
trap 'rm -f "$figures"' EXIT
trap 'exit 1' HUP INT TERM

start=1
while [ "$start" -le "$starts" ]; do
  echo "start $start"
  "$ESPALIER" bench engine "$@" > "$figures.one" || { cat "$figures.one"; rm -f "$figures.one"; exit 1; }
  cat "$figures.one"
  cat "$figures.one" >> "$figures"
  rm -f "$figures.one"
  start=$((start + 1))
done
awk '
  match($0, /[0-9]+ % of (multiply-adds|reading)$/) {
    name = substr($0, 1, 37)
    sub(/ +$/, "", name)
    share = substr($0, RSTART) + 0
    if (!(name in most)) {
      order[++count] = name
      least[name] = most[name] = share
    }
    if (share < least[name]) least[name] = share
    if (share > most[name]) most[name] = share
  }
  END {
    print "shares of the yardsticks, least and most:"
    for (i = 1; i <= count; i++) printf "%-37s %3d %3d %%\n", order[i], least[order[i]], most[order[i]]
  }' "$figures"
