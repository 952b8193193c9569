#!/bin/sh
# Measures an evaluation of MMLU's shape, 57 subjects with 5 examples each, from the command to the results:
#
#   infra/eval-speed.sh QUESTIONS SHAPE DEVICE
#   infra/eval-speed.sh 14042 llama-3-8b cuda:0
#   infra/eval-speed.sh 57 builtin cpu
#
# SHAPE is llama-3-8b or llama-3.2-1b, whose checkpoint is made with random weights and gets the built-in model's
# tokenizer, or builtin. The share of the bound is the time that the different prompt tokens need at PEAK TFLOP/s (790, a
# matrix product of bfloat16 on an H200) beside the time that was taken. The command is that of the variable ESPALIER,
# else of the bundle or of the project that this script lies in; MMLU_SHAPE and TOKENIZER say where mmlu_shape.py and
# the built-in model's files lie, if not in the project. Files go to the directory of EVAL_SPEED_DIR (else a temporary
# one, removed at the end): a checkpoint that is there serves again. Needs Python 3.
set -eu

if [ $# -ne 3 ]; then
  echo "usage: $0 QUESTIONS SHAPE DEVICE" >&2
  exit 2
fi
questions=$1 shape=$2 device=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/measuring.sh"
tokenizer=${TOKENIZER:-$here/../engine-gpu/src/main/resources/dev/espalier/engine/builtin/nano}
work=$(mktemp -d)
watch=
trap 'if [ -n "$watch" ]; then kill "$watch" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
directory=${EVAL_SPEED_DIR:-$work}
mkdir -p "$directory"

python3 "${MMLU_SHAPE:-$here/oracle/mmlu_shape.py}" "$directory/mmlu-$questions" "$questions"
# Operations a token: two for each weight that is multiplied, which are all but the table of embeddings.
case $shape in
  llama-3-8b) operations=15.01e9 ;;
  llama-3.2-1b) operations=2.47e9 ;;
  builtin) operations= ;;
  *)
    echo "$shape is none of llama-3-8b, llama-3.2-1b, builtin" >&2
    exit 2
    ;;
esac
model=builtin:nano
if [ "$shape" != builtin ]; then
  model=$directory/$shape/model
  # shellcheck disable=SC2086
  $ESPALIER bench job make --shape="$shape" --rows=1 --groups=1 --shared=1 --own=1 --out=1 --device="$device" \
    "$directory/$shape"
  cp "$tokenizer/tokenizer.json" "$tokenizer/tokenizer_config.json" "$model"
fi
rm -rf "$directory/out"
# How long a kernel ran, told by the GPU's driver each tenth of a second.
if command -v nvidia-smi > /dev/null && [ "${device#cuda}" != "$device" ]; then
  nvidia-smi --id="${device#cuda:}" --query-gpu=utilization.gpu --format=csv,noheader,nounits -lms 100 \
    > "$work/busy" 2> /dev/null &
  watch=$!
fi
begin=$(date +%s%3N)
# shellcheck disable=SC2086
$ESPALIER eval --model "$model" --tasks mmlu_shape --task-dir "$directory/mmlu-$questions/tasks" --shots 5 \
  --device "$device" --output "$directory/out" > "$work/printed"
end=$(date +%s%3N)
if [ -n "$watch" ]; then
  kill "$watch" 2> /dev/null || true
  watch=
fi
cat "$work/printed"
echo
echo "$questions questions of MMLU's shape, 5 examples each; $shape on $device"
if [ -s "$work/busy" ]; then
  awk '{ sum += $1 } END { print "busy", sum / NR / 100 }' "$work/busy" > "$work/share"
else
  : > "$work/share"
fi
awk -v seconds="$((end - begin))" -v questions="$questions" -v operations="$operations" -v peak="${PEAK:-790}" '
  function line(name, text) { printf "%-58s %s\n", name, text }
  $1 == "busy" { busy = $2 }
  match($0, /[0-9]+ prompt tokens asked for, [0-9]+ computed/) {
    split(substr($0, RSTART, RLENGTH), words, " ")
    asked = words[1]
    computed = words[6]
  }
  END {
    seconds /= 1000
    line("from the command to the results", sprintf("%.1f s", seconds))
    line("questions a second", sprintf("%.1f", questions / seconds))
    line("prompt tokens asked for, computed", asked ", " computed)
    if (busy != "") line("GPU busy", sprintf("%.1f s", busy * seconds))
    if (operations != "" && busy != "") {
      bound = computed * operations / (peak * 1e12)
      line(sprintf("the tokens computed at %s TFLOP/s", peak), sprintf("%.1f s", bound))
      line("share of the bound, whole", sprintf("%.2f", bound / seconds))
      line("share of the bound, while the GPU is busy", sprintf("%.2f", bound / (busy * seconds)))
    }
  }' "$work/share" "$work/printed"
