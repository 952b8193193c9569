package dev.espalier.io.lock;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The process that holds a lock, as it writes itself down.
 *
 * @param host for people
 * @param machine tells whose process numbers are meant: boot and process-id namespace on Linux, so
 *     that two containers of one host are two machines; else the host
 * @param pid of the process
 * @param processStart of the process in milliseconds, 0 if unknown: a process id is used again
 * @param since when the lock was taken, by the owner's clock
 * @param token of one acquisition
 * @param clusterJob that holds the lock and was submitted by the process; null if it is the process
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({"host", "machine", "pid", "processStart", "since", "token", "clusterJob"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record LockOwner(
    String host,
    String machine,
    long pid,
    long processStart,
    String since,
    String token,
    ClusterJob clusterJob) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String HOST = hostName();
  private static final String MACHINE = machineOf(HOST);

  /** This process, or a job that it is about to submit. */
  static LockOwner thisProcess(Optional<ClusterJob> job) {
    ProcessHandle process = ProcessHandle.current();
    return new LockOwner(
        HOST,
        MACHINE,
        process.pid(),
        start(process),
        Instant.now().toString(),
        UUID.randomUUID().toString(),
        job.orElse(null));
  }

  /** Empty if {@code json} is not what an owner writes, or not yet all of it. */
  static Optional<LockOwner> parse(byte[] json) {
    try {
      LockOwner owner = JSON.readValue(json, LockOwner.class);
      return Optional.ofNullable(owner).filter(o -> o.host != null && o.machine != null);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  byte[] toJson() {
    try {
      return JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an owner is always JSON", e);
    }
  }

  Optional<ClusterJob> job() {
    return Optional.ofNullable(clusterJob);
  }

  /** Whether it is known for certain that the process has ended: it was one of this machine. */
  boolean isProcessKnownDead() {
    if (!machine.equals(MACHINE)) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return process.isEmpty()
        || (processStart != 0 && start(process.get()) != 0 && start(process.get()) != processStart);
  }

  private static long start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }

  private static String machineOf(String host) {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return host;
    }
  }
}
