#!/bin/sh
# Runs the kernel tests of a bundle, which infra/gpu-bundle.sh made, under compute-sanitizer, on a machine with a GPU and
# CUDA's tools:
#
#   infra/gpu-sanitize.sh BUNDLE [memcheck|racecheck]...
#
# Both tools if none is named. The operations are checked one by one at awkward sizes, without captured graphs: memcheck
# takes a minute, racecheck tens of minutes. Ends with a status other than 0 if a tool or a test found anything.
set -eu

if [ $# -lt 1 ]; then
  echo "usage: $0 BUNDLE [memcheck|racecheck]..." >&2
  exit 2
fi
bundle=$1
shift
[ $# -gt 0 ] || set -- memcheck racecheck
package=dev.espalier.engine.cuda
status=0
for tool in "$@"; do
  echo "== $tool"
  compute-sanitizer --tool "$tool" --target-processes all --error-exitcode 9 \
    "$bundle/bin/start" org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=summary \
    -c $package.CudaOperationsTest -c $package.CudaAttentionTest || status=1
done
exit $status
