#!/bin/sh
# Checks every kernel by itself, without Java: against float64 and, where several kernels compute the same, bit for bit
# against each other; and times them. For a GPU of compute capability 9.0.
#
#   infra/gpu-kernel-check.sh build|check|time...
#
# Builds engine-gpu/target/kernel-checks/kernel_check from engine-gpu/src/test/cuda where it is older than a source: this
# needs nvcc, and a minute on two cores. It runs on any machine with the NVIDIA driver.
set -eu

if [ $# -lt 1 ]; then
  echo "usage: $0 build|check|time..." >&2
  exit 2
fi
engine=$(cd "$(dirname "$0")/../engine-gpu" && pwd)
program=$engine/target/kernel-checks/kernel_check
if [ ! -f "$program" ] || [ -n "$(find "$engine/src/main/cuda" "$engine/src/test/cuda" -newer "$program" -type f)" ]; then
  mkdir -p "$(dirname "$program")"
  nvcc -std=c++17 -O3 -Werror all-warnings -arch=sm_90a --threads 0 -o "$program" "$engine"/src/test/cuda/*.cu
fi
for what in "$@"; do
  case $what in
    build) ;;
    check | time) "$program" "$what" ;;
    *)
      echo "$what is none of build, check and time" >&2
      exit 2
      ;;
  esac
done
