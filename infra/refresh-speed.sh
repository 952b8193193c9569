#!/bin/sh
# Measures what a refresh costs, against the run that makes the whole table: commands, JVM start included, on the built-in
# model and this machine's processor:
#
#   infra/refresh-speed.sh ROWS [TOKENS]
#
# A table of ROWS rows has three steps: a category of four, a summary and a reply of at most TOKENS (8) tokens each, the
# beginning shared. It is made, refreshed with 1 % of the rows changed, with nothing changed, and with another last step.
# `start` is the run of one row. The command is that of the variable ESPALIER, else of the bundle or of the project that
# this script lies in. Needs GNU time.
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "usage: $0 ROWS [TOKENS]" >&2
  exit 2
fi
rows=$1 tokens=${2:-8}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/measuring.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# make ROWS CHANGED: rows, of which every hundredth is another if CHANGED is 1
make() {
  awk -v rows="$1" -v changed="$2" 'BEGIN {
    split("lamp kettle tent jacket radio bicycle ladder heater", things)
    split("late broken missing wrong loud heavy torn old", faults)
    for (i = 0; i < rows; i++) {
      text = "Order " i ": the " things[i % 8 + 1] " arrived " faults[int(i / 8) % 8 + 1] ", please help."
      if (changed && i % 100 == 7) text = text " Thank you."
      printf "{\"id\": \"t%06d\", \"body\": \"%s\"}\n", i, text
    }
  }'
}
program() {
  cat << END
steps:
  - system: You work at the support desk of an online store. Be polite. Keep replies short.
  - user: "{{ row.body }}\n\nClassify the ticket."
  - select: category
    choices: [shipping, returns, product, other]
  - user: Summarise it.
  - gen: summary
    maxTokens: $tokens
  - user: $1
  - gen: reply
    maxTokens: $tokens
END
}
# job NAME INPUT
job() {
  printf 'model: builtin:nano\nprogram: program.yaml\ninput: {path: %s, id: id}\noutput: {path: %s}\nseed: 7\nrefresh: {failed: retry}\n' \
    "$2" "$1" > "$work/$1.yaml"
}
# run NAME COMMAND...: measures a command, whose output it keeps
run() {
  measure "$work/times" "$@" > "$work/$1.out" 2> "$work/$1.err" || {
    cat "$work/$1.out" "$work/$1.err" >&2
    exit 1
  }
}

make 1 0 > "$work/one.jsonl"
make "$rows" 0 > "$work/rows.jsonl"
program "Write a reply." > "$work/program.yaml"
job one one.jsonl
job table rows.jsonl
run start $ESPALIER run "$work/one.yaml"
run full $ESPALIER run "$work/table.yaml"
run takeover $ESPALIER refresh "$work/table.yaml"
make "$rows" 1 > "$work/rows.jsonl"
run changed $ESPALIER refresh "$work/table.yaml"
run nothing $ESPALIER refresh "$work/table.yaml"
program "Write a short reply." > "$work/program.yaml"
run step $ESPALIER refresh "$work/table.yaml"

for name in changed nothing step; do
  echo "$name:"
  sed 's/^/  /' "$work/$name.out"
done
echo "$rows rows, three steps, at most $tokens tokens a text"
awk '
  { wall[$1] = $2; printf "%-9s %8.1f s, %8.1f s of CPU, peak memory %.2f GB\n", $1, $2, $3, $4 }
  END {
    printf "1 %% changed: %.1f s; 3 %% of the full run, and the start: %.1f s\n", wall["changed"],
      0.03 * wall["full"] + wall["start"]
  }' "$work/times"
