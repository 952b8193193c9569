package dev.espalier.jobs.schedule;

import dev.espalier.io.storage.StorageOutput;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A run that this process is at. Thread-safe. */
final class UnderWay implements ScheduledAction.Watch {
  private final RunRecord run;
  private final Set<String> devices;
  private final PrintStream output;
  private Supplier<JobProgress> progress; // guarded by this; null before it can tell
  private Runnable stop; // guarded by this; null before it can be stopped
  private boolean stopped; // guarded by this

  /**
   * @param output closed with the run; null if there is none to be had
   */
  UnderWay(RunRecord run, Set<String> devices, StorageOutput output) {
    this.run = run;
    this.devices = devices;
    this.output =
        new PrintStream(
            output == null ? OutputStream.nullOutputStream() : new Lines(output),
            true,
            StandardCharsets.UTF_8);
  }

  RunRecord run() {
    return run;
  }

  Set<String> devices() {
    return devices;
  }

  @Override
  public PrintStream output() {
    return output;
  }

  @Override
  public void running(Supplier<JobProgress> tells, Runnable stops) {
    boolean now;
    synchronized (this) {
      progress = tells;
      stop = stops;
      now = stopped;
    }
    if (now) {
      stops.run();
    }
  }

  /** Stops the run as soon as that can be done; again does nothing. */
  void stop() {
    Runnable stops;
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
      stops = stop;
    }
    if (stops != null) {
      stops.run();
    }
  }

  synchronized boolean isStopped() {
    return stopped;
  }

  Optional<JobProgress> progress() {
    Supplier<JobProgress> tells;
    synchronized (this) {
      tells = progress;
    }
    return Optional.ofNullable(tells).map(Supplier::get);
  }

  void close() {
    output.close();
  }

  /** Hands each line to the file system; what cannot be written is not shown later. */
  private static final class Lines extends OutputStream {
    private final StorageOutput out;

    Lines(StorageOutput out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
