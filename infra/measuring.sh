# shellcheck shell=sh
# What the scripts that measure have in common; each sets $here to its own directory and reads this file.

# The command that is measured: that of the variable ESPALIER, else of the bundle or of the project around the script.
if [ -z "${ESPALIER:-}" ]; then
  for candidate in "$here/espalier" "$here/bin/espalier" "$here/../bin/espalier" "$here/../espalier"; do
    if [ -x "$candidate" ] && [ ! -d "$candidate" ]; then
      ESPALIER=$candidate
      break
    fi
  done
fi
: "${ESPALIER:?name the espalier command in the variable ESPALIER}"

# measure FILE NAME COMMAND...: appends "NAME seconds CPU-seconds peak-memory-GB" of a command to FILE; needs GNU time.
# The command prints as it does elsewhere; if it fails, nothing is appended, and its exit code is returned.
measure() {
  measured=$1 name=$2
  shift 2
  command time -q -o "$measured.one" -f '%e %U %S %M' "$@" || return
  awk -v name="$name" '{ print name, $1, $2 + $3, $4 / 1e6 }' "$measured.one" >> "$measured"
}
