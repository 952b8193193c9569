#!/bin/sh
# Makes a folder that runs Espalier on a machine with nothing but the NVIDIA driver:
#
#   infra/gpu-bundle.sh DIR
#   DIR/bin/espalier bench gpu --shape llama-3-8b
#   DIR/bin/espalier run job.yaml --set engine.device=cuda:0
#   DIR/bin/gpu-tests
#
# Needs a JDK 17 with jmods, and a build: mvn package (with nvcc, or the jar has no kernels). Java's runtime and the
# jar lie in one compressed file, which the first start unpacks beside the scripts. Left out: Flink, other platforms'
# native libraries, Hadoop's servers.
set -eu

if [ $# -ne 1 ]; then
  echo "usage: $0 DIR" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
jar=$root/jobs/target/espalier.jar
kernels=dev/espalier/engine/cuda/espalier.fatbin
junit=org/junit/platform/junit-platform-console-standalone/1.11.4/junit-platform-console-standalone-1.11.4.jar
if [ ! -f "$jar" ]; then
  echo "$jar is not there: run mvn package first" >&2
  exit 1
fi
if ! unzip -l "$jar" "$kernels" > /dev/null; then
  echo "$jar has no GPU kernels: build it where nvcc is on the PATH" >&2
  exit 1
fi
mkdir -p "$1/bin"
target=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

jlink --output "$work/runtime" --strip-java-debug-attributes --no-header-files --no-man-pages \
  --add-modules java.base,java.desktop,java.logging,java.management,java.naming,java.security.jgss,java.sql,java.xml,jdk.incubator.vector,jdk.unsupported

mkdir "$work/classes" "$work/lib"
(
  cd "$work/classes"
  unzip -qo "$jar"
  rm -rf flink-rpc-akka.jar org/apache/hadoop/yarn org/apache/hadoop/hdfs META-INF/versions META-INF/native \
    lib/libJN* lib/libJCudaRuntime*
  # The run report names Flink's version with these.
  find org/apache/flink -mindepth 1 -maxdepth 1 ! -name runtime ! -name util -exec rm -rf {} +
  find org/apache/flink/runtime -mindepth 1 -maxdepth 1 ! -name util -exec rm -rf {} +
  find native/lib -mindepth 1 -maxdepth 1 ! -name linux-x86_64 -exec rm -rf {} +
  find com/sun/jna -mindepth 1 -maxdepth 1 -type d -name '*-*' ! -name linux-x86-64 -exec rm -rf {} +
  rm -rf aix win darwin freebsd
  # Stored, not deflated: the whole is compressed better at once.
  jar --create --no-compress --file "$work/lib/espalier.jar" -C . .
)
rm -rf "$work/classes"
jar --create --no-compress --file "$work/lib/gpu-tests.jar" -C "$root/engine-gpu/target/test-classes" .
mvn -B -ntp -q -o dependency:get -Dartifact=org.junit.platform:junit-platform-console-standalone:1.11.4
mvn -B -ntp -q -o -f "$root/engine-gpu/pom.xml" dependency:copy-dependencies -DincludeScope=test \
  -DincludeArtifactIds=assertj-core,byte-buddy -DoutputDirectory="$work/lib"
repository=$(mvn -B -ntp -q -o help:evaluate -Dexpression=settings.localRepository -DforceStdout)
cp "$repository/$junit" "$work/lib/"
tar -cJf "$target/espalier.tar.xz" -C "$work" runtime lib

cat > "$target/bin/start" <<'START'
#!/bin/sh
# Unpacks at the first start, then runs Java with the given arguments.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
if [ ! -f "$home/unpacked/done" ]; then
  mkdir -p "$home/unpacked"
  tar -xJf "$home/espalier.tar.xz" -C "$home/unpacked"
  touch "$home/unpacked/done"
fi
exec "$home/unpacked/runtime/bin/java" --add-modules jdk.incubator.vector -cp "$home/unpacked/lib/*" "$@"
START
cat > "$target/bin/espalier" <<'START'
#!/bin/sh
exec "$(dirname "$0")/start" dev.espalier.jobs.Espalier "$@"
START
cat > "$target/bin/gpu-tests" <<'START'
#!/bin/sh
exec "$(dirname "$0")/start" org.junit.platform.console.ConsoleLauncher execute \
  -p dev.espalier.engine.cuda --disable-banner --disable-ansi-colors "$@"
START
chmod +x "$target/bin/start" "$target/bin/espalier" "$target/bin/gpu-tests"
bytes=$(du -sb "$target" | cut -f1)
echo "$target: $bytes bytes"
if [ "$bytes" -gt 67108864 ]; then
  echo "that is more than 64 MiB" >&2
fi
