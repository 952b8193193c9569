#!/usr/bin/env bash
# Starts a Flink session cluster on this machine: one JobManager and N TaskManagers.
#
#   infra/flink/session-cluster.sh start [N]     needs JDK 17 and Maven; REST on 127.0.0.1:8081
#   infra/flink/session-cluster.sh stop
#
# Logs and process ids lie in infra/flink/target.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$here/target
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

launch() { # name, heap, main class and arguments
  local name=$1 heap=$2
  shift 2
  "$java" "-Xmx$heap" --add-modules jdk.incubator.vector \
    -XX:CompileCommand=quiet \
    "-XX:CompileCommand=BackgroundCompilation,dev/espalier/engine/cpu/*.*,false" \
    "-XX:CompileCommand=CompileThresholdScaling,dev/espalier/engine/cpu/*.*,0.3" \
    -Dlog4j.configurationFile="$here/log4j.properties" \
    -cp "$work/lib/*" "$@" >"$work/$name.log" 2>&1 &
  echo $! >"$work/$name.pid"
}

start() {
  local managers=$1
  mkdir -p "$work/tmp"
  [ -d "$work/lib" ] || mvn -q -B -ntp -f "$here/pom.xml" dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$work/lib"
  mkdir -p "$work/conf"
  { cat "$here/config.yaml"; echo "io.tmp.dirs: $work/tmp"; } >"$work/conf/config.yaml"
  launch jobmanager 640m org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint \
    --configDir "$work/conf" --executionMode cluster
  for i in $(seq "$managers"); do
    launch "taskmanager-$i" 2200m org.apache.flink.runtime.taskexecutor.TaskManagerRunner \
      --configDir "$work/conf" -D "taskmanager.resource-id=tm$i"
  done
  for _ in $(seq 60); do
    if curl -fs http://127.0.0.1:8081/overview 2>/dev/null | grep -q "\"taskmanagers\":$managers"; then
      echo "JobManager and $managers TaskManagers are up on 127.0.0.1:8081"
      return
    fi
    sleep 1
  done
  echo "the cluster did not come up within 60 s; see $work/*.log" >&2
  exit 1
}

stop() {
  for file in "$work"/*.pid; do
    [ -e "$file" ] || continue
    kill "$(cat "$file")" 2>/dev/null || true
    rm -f "$file"
  done
  rm -rf "$work/tmp"
}

case ${1:-} in
  start) start "${2:-2}" ;;
  stop) stop ;;
  *) sed -n '2,8p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
