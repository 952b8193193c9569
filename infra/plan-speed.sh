#!/bin/sh
# Measures how long planning takes, against a plain loop that reads the same rows and tokenises each different part of
# them once, with the same tokenizer and as many threads as there are cores: `library` gives every text to the
# tokenizer's library, as a loop of one's own would, `loop` keeps the words that came before, as planning does. All are
# commands, JVM start included:
#
#   infra/plan-speed.sh ROWS [GROUPS [SHARED [OWN]]]
#   ESPALIER_JAVA_OPTS=-Xmx4g infra/plan-speed.sh 1000000
#
# ROWS rows of English-like text in GROUPS groups (2,000) have SHARED characters (3,072) of a beginning in common and OWN
# (1,024) of their own; as Parquet, or as JSON Lines where PLAN_SPEED_FORMAT is lines. The command is that of the variable
# ESPALIER, else of the bundle or of the project that this script lies in. Files go to the directory of PLAN_SPEED_DIR
# (else a temporary one, removed at the end); rows that are there serve again. Needs GNU time.
set -eu

if [ $# -lt 1 ] || [ $# -gt 4 ]; then
  echo "usage: $0 ROWS [GROUPS [SHARED [OWN]]]" >&2
  exit 2
fi
rows=$1 groups=${2:-2000} shared=${3:-3072} own=${4:-1024}
format=${PLAN_SPEED_FORMAT:-parquet}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/measuring.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
directory=${PLAN_SPEED_DIR:-$work}/$format-$rows-$groups-$shared-$own

if [ ! -f "$directory/made" ]; then
  lines=
  [ "$format" = parquet ] || lines=--lines
  $ESPALIER bench plan make --rows="$rows" --groups="$groups" --shared="$shared" --own="$own" $lines "$directory"
  touch "$directory/made"
fi

# shellcheck disable=SC2086
measure "$work/times" library $ESPALIER bench plan loop --library "$directory" > /dev/null
# shellcheck disable=SC2086
measure "$work/times" loop $ESPALIER bench plan loop "$directory" > /dev/null
# shellcheck disable=SC2086
measure "$work/times" plan $ESPALIER plan "$directory/job.yaml"
echo
echo "$rows rows in $groups groups, $shared + $own characters, $format"
awk '
  { wall[$1] = $2; cpu[$1] = $3; memory[$1] = $4 }
  END {
    for (name in wall) printf "%-7s %8.1f s, %8.1f s of CPU, peak memory %.2f GB\n", name, wall[name], cpu[name], memory[name]
    printf "plan / library %.2f, of CPU %.2f\n", wall["plan"] / wall["library"], cpu["plan"] / cpu["library"]
    printf "plan / loop %.2f, of CPU %.2f\n", wall["plan"] / wall["loop"], cpu["plan"] / cpu["loop"]
  }' "$work/times"
