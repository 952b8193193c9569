#!/bin/sh
# Runs the kernel tests of a bundle, which infra/gpu-bundle.sh made, under compute-sanitizer, on a machine with a GPU and
# CUDA's tools:
#
#   infra/gpu-sanitize.sh BUNDLE [memcheck|racecheck]... [TEST]...
#
# Both tools if none is named. Every kernel of a step runs in the tests tagged "sanitizer", one by one at awkward sizes,
# without captured graphs: on an H200 memcheck takes two minutes, racecheck a quarter of an hour. TEST runs a part of
# them: a class, a nested class or a method of dev.espalier.engine.cuda, such as CudaSamplerTest,
# 'CudaAttentionTest$Float32' or PortableProductsTest#fewGatedProducts. Ends with a status other than 0 if a tool or a
# test found anything, or if nothing ran.
set -eu

usage() {
  echo "usage: $0 BUNDLE [memcheck|racecheck]... [TEST]..." >&2
  exit 2
}
[ $# -ge 1 ] || usage
bundle=$1
shift
package=dev.espalier.engine.cuda
tools=
tests=
for argument in "$@"; do
  case $argument in
    memcheck | racecheck) tools="$tools $argument" ;;
    [A-Z]*\#*) tests="$tests -m $package.$argument" ;;
    [A-Z]*) tests="$tests -c $package.$argument" ;;
    *) usage ;;
  esac
done
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
for tool in ${tools:-memcheck racecheck}; do
  echo "== $tool"
  # shellcheck disable=SC2086 # several arguments
  {
    compute-sanitizer --tool "$tool" --target-processes all --error-exitcode 9 \
      "$bundle/bin/start" -Despalier.gpu=required org.junit.platform.console.ConsoleLauncher execute --disable-banner \
      --disable-ansi-colors --details=summary --fail-if-no-tests --include-tag=sanitizer ${tests:--p $package} 2>&1 ||
      echo "$tool ended with status $?"
  } | tee "$log"
  if grep -q "^$tool ended with status" "$log"; then
    status=1
  fi
  # Tests that were skipped are no tests: at least one has to have run to its end.
  if ! grep -Eq '^\[ +[1-9][0-9]* tests successful' "$log"; then
    echo "$tool: no test ran" >&2
    status=1
  fi
done
exit $status
