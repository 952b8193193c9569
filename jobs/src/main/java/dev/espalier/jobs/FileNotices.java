package dev.espalier.jobs;

import dev.espalier.io.IoReason;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What is wrong with the files of jobs, between their runs too: each is looked at now and then, by
 * another thread. Thread-safe.
 */
final class FileNotices {
  private static final long BETWEEN_LOOKS = 5_000_000_000L;

  private final Function<ScheduledJob, JobCall> calls;
  private final LastGoodFiles files;
  private final Executor thread;
  private final LongSupplier nanos;
  private final Map<String, Optional<String>> notices = new ConcurrentHashMap<>();
  private final Map<String, Long> looked = new ConcurrentHashMap<>();
  private final Set<String> looking = ConcurrentHashMap.newKeySet();

  /**
   * @param calls a job as it would be called now
   * @param nanos the time, as {@link System#nanoTime}
   */
  FileNotices(
      Function<ScheduledJob, JobCall> calls,
      LastGoodFiles files,
      Executor thread,
      LongSupplier nanos) {
    this.calls = calls;
    this.files = files;
    this.thread = thread;
    this.nanos = nanos;
  }

  void put(ScheduledJob job, Optional<String> notice) {
    notices.put(job.name(), notice);
  }

  /** What was found last; has the files looked at again if that is some time ago. */
  Optional<String> of(ScheduledJob job) {
    long now = nanos.getAsLong();
    Long last = looked.get(job.name());
    if ((last == null || now - last >= BETWEEN_LOOKS) && looking.add(job.name())) {
      looked.put(job.name(), now);
      thread.execute(() -> look(job));
    }
    return notices.getOrDefault(job.name(), Optional.empty());
  }

  private void look(ScheduledJob job) {
    try {
      put(job, files.chooseIfChanged(calls.apply(job)).notice());
    } catch (IOException e) {
      put(job, Optional.of("the last good files cannot be kept: " + IoReason.of(e)));
    } catch (RuntimeException e) {
      put(job, Optional.of("the files cannot be checked: " + FailureMessages.of(e)));
    } finally {
      looking.remove(job.name());
    }
  }
}
