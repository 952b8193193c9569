#!/bin/sh
# Measures a whole job, and the engine alone with rows of the same lengths, on one machine:
#
#   infra/job-speed.sh ROWS SHAPE DEVICE [GROUPS [SHARED [OWN [OUT]]]]
#   infra/job-speed.sh 4096 llama-3-8b cuda:0
#   infra/job-speed.sh 16384 qwen3-8b cuda:0 64 2048 128 256
#   infra/job-speed.sh 64 tiny cpu 4 64 16 8
#
# ROWS rows in GROUPS groups (64) share SHARED tokens (2,048), have OWN tokens (128) of their own and generate OUT
# (256). SHAPE is llama-3-8b, qwen3-8b, llama-3.2-1b or tiny; the checkpoint is made with random weights. The command is
# that of the variable ESPALIER, else of the bundle or of the project that this script lies in. Files go to the directory
# of JOB_SPEED_DIR (else a temporary one, removed at the end): a checkpoint and the engine's figures that are there
# serve again, ENGINE_ROWS (ROWS unless given) is for how many rows the engine alone is measured.
set -eu

if [ $# -lt 3 ] || [ $# -gt 7 ]; then
  echo "usage: $0 ROWS SHAPE DEVICE [GROUPS [SHARED [OWN [OUT]]]]" >&2
  exit 2
fi
rows=$1 shape=$2 device=$3 groups=${4:-64} shared=${5:-2048} own=${6:-128} out=${7:-256}
engine_rows=${ENGINE_ROWS:-$rows}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/measuring.sh"
work=$(mktemp -d)
watch=
trap 'if [ -n "$watch" ]; then kill "$watch" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
directory=${JOB_SPEED_DIR:-$work}/$shape
mkdir -p "$directory"

load() {
  echo "--shape=$shape --rows=$1 --groups=$groups --shared=$shared --own=$own --out=$out --device=$device"
}

# shellcheck disable=SC2046
$ESPALIER bench job make $(load "$rows") "$directory"
rm -rf "$directory/out"
# How busy the GPU is, told by its driver: the share of each tenth of a second in which a kernel ran.
if command -v nvidia-smi > /dev/null && [ "${device#cuda}" != "$device" ]; then
  nvidia-smi --id="${device#cuda:}" --query-gpu=timestamp,utilization.gpu --format=csv,noheader,nounits -lms 100 \
    > "$work/busy" 2> /dev/null &
  watch=$!
fi
$ESPALIER bench job run "$directory" > "$work/job"
if [ -n "$watch" ]; then
  kill "$watch" 2> /dev/null || true
  watch=
fi
# shellcheck disable=SC2046
$ESPALIER bench job engine $(load "$engine_rows") "$directory" > "$work/engine"
grep -E '^[a-z_]+ -?[0-9.]+$' "$work/job" "$work/engine" -h > "$work/figures"

# Utilisation between the first step and the last; the driver's clock is that of this machine.
if [ -s "$work/busy" ]; then
  first=$(awk '$1 == "first_step_at_epoch_millis" { print $2 }' "$work/figures")
  last=$(awk '$1 == "last_step_at_epoch_millis" { print $2 }' "$work/figures")
  while IFS=, read -r stamp percent; do
    seconds=$(date -d "$(echo "$stamp" | tr / -)" +%s%3N 2> /dev/null || echo 0)
    echo "$seconds $percent"
  done < "$work/busy" | awk -v first="$first" -v last="$last" '
    $1 >= first && $1 <= last { sum += $2; count++ }
    END { if (count > 0) printf "gpu_busy_percent %.1f\n", sum / count }' >> "$work/figures"
fi

echo
echo "$rows rows in $groups groups, $shared + $own tokens in, $out out; $shape on $device"
awk '
  { value[$1] = $2 }
  function line(name, text) { printf "%-58s %s\n", name, text }
  function seconds(name, key) { line(name, sprintf("%.2f s", value[key])) }
  END {
    between = value["job_tokens_per_second_between_steps"]
    wall = value["job_tokens_per_second_of_wall"]
    engine = value["engine_tokens_per_second"]
    seconds("process start to first step", "first_step_at_seconds")
    seconds("  of it opening the engine (weights, tokenizer)", "opening_seconds")
    line("  start less opening", sprintf("%.2f s", value["first_step_at_seconds"] - value["opening_seconds"]))
    seconds("loading by the engine alone", "engine_load_seconds")
    seconds("plain read of the same files", "plain_read_seconds")
    line("model", sprintf("%.2f GB", value["model_bytes"] / 1e9))
    line("first step to last step", sprintf("%.2f s", value["last_step_at_seconds"] - value["first_step_at_seconds"]))
    seconds("whole job", "wall_seconds")
    if ("gpu_busy_percent" in value) line("GPU busy between them", value["gpu_busy_percent"] " %")
    line("cores busy between them", value["job_cores_busy_between_steps"])
    line("output tokens", value["job_tokens"] " in " value["job_steps"] " steps")
    line("output tokens a second of the job, whole", sprintf("%.0f", wall))
    line("output tokens a second of the job, first to last step", sprintf("%.0f", between))
    line("output tokens a second of the engine alone", sprintf("%.0f", engine))
    if (engine > 0) {
      line("job, whole / engine alone", sprintf("%.3f", wall / engine))
      line("job, first to last step / engine alone", sprintf("%.3f", between / engine))
    }
    line("peak memory of the job", sprintf("%.2f GB", value["peak_rss_bytes"] / 1e9))
  }' "$work/figures"
