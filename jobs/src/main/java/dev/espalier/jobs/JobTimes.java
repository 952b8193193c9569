package dev.espalier.jobs;

import dev.espalier.engine.EngineStatistics;
import dev.espalier.pipeline.EnginePool;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the engines of this process every few milliseconds: when the first step was, when the
 * last, and how many tokens came between. Thread-safe.
 */
final class JobTimes implements AutoCloseable {
  private static final long INTERVAL_MILLIS = 5;

  private final Instant processStart;
  private final long watchStart = System.nanoTime();
  private final double secondsBefore; // from the start of the process to that of the watch
  private final Thread thread = new Thread(this::watch, "job-times");
  private volatile boolean ends;
  private long opened; // System.nanoTime; 0 before
  private long firstStep;
  private long lastStep;
  private long steps;
  private long generated;
  private long cpuAtFirst; // nanoseconds of this process
  private long cpuAtLast;

  private JobTimes(Instant processStart) {
    this.processStart = processStart;
    this.secondsBefore = Duration.between(processStart, Instant.now()).toNanos() / 1e9;
  }

  static JobTimes watch(Instant processStart) {
    JobTimes times = new JobTimes(processStart);
    times.thread.setDaemon(true);
    times.thread.start();
    return times;
  }

  private void watch() {
    while (!ends) {
      look();
      try {
        TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private synchronized void look() {
    var engines = EnginePool.statistics().values();
    if (engines.isEmpty()) {
      return; // not open yet, or closed with the job
    }
    long now = System.nanoTime();
    opened = opened == 0 ? now : opened;
    long stepsNow = engines.stream().mapToLong(EngineStatistics::steps).sum();
    if (stepsNow > steps) {
      if (firstStep == 0) {
        firstStep = now;
        cpuAtFirst = cpu();
      }
      steps = stepsNow;
      generated = engines.stream().mapToLong(EngineStatistics::generatedTokens).sum();
      lastStep = now;
      cpuAtLast = cpu();
    }
  }

  private static long cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** Prints what was seen; seconds are since the process began. */
  synchronized void print(PrintWriter out) {
    double wall = Duration.between(processStart, Instant.now()).toNanos() / 1e9;
    double stepping = Math.max(1e-9, (lastStep - firstStep) / 1e9);
    figure(out, "engine_open_at_seconds", since(opened));
    figure(out, "first_step_at_seconds", since(firstStep));
    figure(out, "last_step_at_seconds", since(lastStep));
    figure(out, "wall_seconds", wall);
    out.printf(Locale.ROOT, "first_step_at_epoch_millis %d%n", epochMillis(firstStep));
    out.printf(Locale.ROOT, "last_step_at_epoch_millis %d%n", epochMillis(lastStep));
    out.printf(Locale.ROOT, "job_steps %d%n", steps);
    out.printf(Locale.ROOT, "job_tokens %d%n", generated);
    figure(out, "job_tokens_per_second_of_wall", generated / wall);
    figure(out, "job_tokens_per_second_between_steps", generated / stepping);
    figure(out, "job_cores_busy_between_steps", (cpuAtLast - cpuAtFirst) / 1e9 / stepping);
    figure(out, "opening_seconds", ModelOnDevice.openingSeconds());
    out.printf(Locale.ROOT, "peak_rss_bytes %d%n", peakResidentBytes());
    out.flush();
  }

  private double since(long nanos) {
    return secondsBefore + (nanos - watchStart) / 1e9;
  }

  private long epochMillis(long nanos) {
    return processStart.toEpochMilli() + (long) (1000 * since(nanos));
  }

  private static void figure(PrintWriter out, String name, double value) {
    out.printf(Locale.ROOT, "%s %.3f%n", name, value);
  }

  /** As Linux tells it; 0 elsewhere. */
  private static long peakResidentBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  @Override
  public void close() {
    ends = true;
    thread.interrupt();
  }
}
