#!/bin/sh
# Makes a folder that runs Espalier on a machine with nothing but the NVIDIA driver:
#
#   infra/gpu-bundle.sh DIR
#   DIR/bin/espalier bench gpu --shape llama-3-8b
#   DIR/bin/espalier run job.yaml --set engine.device=cuda:0
#   DIR/bin/job-speed.sh 4096 llama-3-8b cuda:0
#   DIR/bin/gpu-tests
#
# Needs a JDK 17 with jmods, and a build: mvn package (with nvcc, or the jar has no kernels). Java's runtime and the
# jars lie in one compressed file, which the first start unpacks beside the scripts with tar and xz. It is under 64 MiB
# with the built-in model. Jobs run on the runner of the process and on local files: left out are Flink, Hadoop's
# servers and clients of other file systems, and other platforms' native libraries.
set -eu

if [ $# -ne 1 ]; then
  echo "usage: $0 DIR" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
jar=$root/jobs/target/espalier.jar
kernels=dev/espalier/engine/cuda/espalier.fatbin
junit=org.junit.platform:junit-platform-console-standalone:1.11.4
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
  --add-modules java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.incubator.vector,jdk.management,jdk.unsupported,jdk.zipfs
# Of java.desktop only java.beans is used.
(
  cd "$work/runtime/lib"
  rm -f libawt* libfontmanager* libfreetype* libjavajpeg* libjawt* libjsound* liblcms* libmlib* libsplashscreen*
)

mkdir "$work/classes" "$work/lib"
(
  cd "$work/classes"
  unzip -qo "$jar"
  # The run report names Flink's version with these.
  rm -rf flink-rpc-akka.jar
  find org/apache/flink -mindepth 1 -maxdepth 1 ! -name runtime ! -name util -exec rm -rf {} +
  find org/apache/flink/runtime -mindepth 1 -maxdepth 1 ! -name util -exec rm -rf {} +
  # Native libraries of other platforms, and those that nothing loads.
  find native/lib -mindepth 1 -maxdepth 1 ! -name linux-x86_64 -exec rm -rf {} +
  find com/sun/jna -mindepth 1 -maxdepth 1 -type d -name '*-*' ! -name linux-x86-64 -exec rm -rf {} +
  find org/xerial/snappy/native -mindepth 1 -maxdepth 1 ! -name Linux -exec rm -rf {} +
  find org/xerial/snappy/native/Linux linux net/jpountz/util -mindepth 1 -maxdepth 1 -type d \
    ! -name x86_64 ! -name amd64 ! -name linux -exec rm -rf {} +
  rm -rf aix darwin freebsd macos win windows linux-arm linux-arm64 linux-x64 \
    META-INF/native META-INF/versions lib/libJN* lib/libJCudaRuntime*
  # Of Hadoop the file systems stay, not its servers, their pages and their libraries.
  (
    cd org/apache/hadoop
    rm -rf hdfs yarn mapreduce/jobhistory mapreduce/v2 thirdparty/protobuf
    cd shaded
    rm -rf com/fasterxml com/google/common com/google/gson com/nimbusds com/sun javax org/eclipse org/jline org/xbill
    cd org/apache
    rm -rf avro curator http kerby commons/compress commons/configuration2 commons/math3 commons/net
  )
  rm -rf webapps
  # Of Beam not what speaks with workers in other languages.
  (
    cd org/apache/beam
    rm -rf model/expansion model/fnexecution model/jobmanagement
    find vendor/grpc -mindepth 2 -maxdepth 2 ! -name com -exec rm -rf {} +
    find vendor/grpc/*/com/google -mindepth 1 -maxdepth 1 ! -name protobuf -exec rm -rf {} +
  )
  # Stored, not deflated: the whole is compressed better at once.
  jar --create --no-compress --manifest META-INF/MANIFEST.MF --file "$work/lib/espalier.jar" -C . .
)
rm -rf "$work/classes"
cp -r "$root/engine-gpu/target/test-classes" "$work/test-classes"
cp -r "$root/bench/target/test-classes/." "$work/test-classes/"
mvn -B -ntp -q -f "$root/engine-gpu/pom.xml" dependency:copy -Dartifact="$junit" -DoutputDirectory="$work/test-jars"
mvn -B -ntp -q -f "$root/engine-gpu/pom.xml" dependency:copy-dependencies -DincludeScope=test \
  -DincludeArtifactIds=assertj-core -DoutputDirectory="$work/test-jars"
for archive in "$work"/test-jars/*.jar; do
  mkdir "$work/classes"
  (cd "$work/classes" && unzip -qo "$archive" && rm -rf META-INF/versions)
  jar --create --no-compress --no-manifest --file "$work/lib/$(basename "$archive")" -C "$work/classes" .
  rm -rf "$work/classes"
done
tar -cf - -C "$work" runtime lib test-classes | xz -9 > "$target/espalier.tar.xz"

cat > "$target/bin/start" <<'START'
#!/bin/sh
# Unpacks at the first start, then runs Java with the given arguments. Of several first starts at once each unpacks
# into a folder of its own, and the one that is done first is kept.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
unpack() {
  work=$(mktemp -d "$home/unpacking.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  chmod 755 "$work"
  if ! tar -xJf "$home/espalier.tar.xz" -C "$work"; then
    if ! command -v xz > /dev/null; then
      echo "tar needs the program xz to unpack $home/espalier.tar.xz: install it (its package is xz-utils or xz)," \
        "or start $home/bin/start on a machine that has it, and copy the folder after" >&2
    fi
    exit 1
  fi
  if ! said=$(mv -T "$work" "$home/unpacked" 2>&1) && [ ! -d "$home/unpacked" ]; then
    echo "$said" >&2
    exit 1
  fi
}
if [ ! -d "$home/unpacked" ]; then
  (unpack)
fi
exec "$home/unpacked/runtime/bin/java" --add-modules jdk.incubator.vector -XX:CompileCommand=quiet "-XX:CompileCommand=BackgroundCompilation,dev/espalier/engine/cpu/*.*,false" "-XX:CompileCommand=CompileThresholdScaling,dev/espalier/engine/cpu/*.*,0.3" -XX:InitialRAMPercentage=4 -cp "$home/unpacked/lib/*:$home/unpacked/test-classes" "$@"
START
cat > "$target/bin/espalier" <<'START'
#!/bin/sh
# The command makes this directory, removes it at its end, and removes those of processes that were killed.
exec "$(dirname "$0")/start" "-Djava.io.tmpdir=${TMPDIR:-/tmp}/espalier-process-$$-$(date +%s%N)" \
  dev.espalier.jobs.Espalier "$@"
START
cat > "$target/bin/gpu-tests" <<'START'
#!/bin/sh
# Tests fail where no GPU can be used: they were asked for.
exec "$(dirname "$0")/start" -Despalier.gpu=required org.junit.platform.console.ConsoleLauncher execute \
  -p dev.espalier.engine.cuda -T long --fail-if-no-tests --disable-banner --disable-ansi-colors "$@"
START
cp "$root/infra/job-speed.sh" "$root/infra/measuring.sh" "$target/bin/"
chmod +x "$target/bin/start" "$target/bin/espalier" "$target/bin/job-speed.sh" "$target/bin/gpu-tests"
bytes=$(du -sb "$target" | cut -f1)
echo "$target: $bytes bytes"
if [ "$bytes" -gt 67108864 ]; then
  echo "that is more than 64 MiB" >&2
  exit 1
fi
