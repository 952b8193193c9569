#!/bin/sh
# Times llama.cpp (java-llama.cpp 4.2.0, two threads) and `espalier bench engine` on the same shape, one after the
# other on this machine, which should do nothing else meanwhile:
#
#   infra/compare-llama-cpp/compare.sh [GGUF_FOLDER]
#
# Needs a build (mvn package) and Python with numpy and gguf, which makes the two model files (400 MB) if the folder
# has none. Takes about ten minutes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=${1:-$root/out/gguf}
if [ ! -f "$folder/q8_0.gguf" ]; then
  mkdir -p "$folder"
  python3 "$here/make_gguf.py" "$folder"
fi
mvn -B -ntp -q dependency:copy -Dartifact=de.kherud:llama:4.2.0 -DoutputDirectory="$folder" -Dmdep.useBaseVersion=true
for format in f16 q8_0; do
  echo "llama.cpp, $format"
  java -cp "$folder/llama-4.2.0.jar" "$here/LlamaCppBench.java" "$folder/$format.gguf"
done
for weights in checkpoint int8; do
  echo "espalier, $weights"
  "$root/espalier" bench engine --threads 2 --prompt 513 --new 96 --weights "$weights"
done
