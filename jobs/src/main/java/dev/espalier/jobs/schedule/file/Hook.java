package dev.espalier.jobs.schedule.file;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whom to tell when a run has ended.
 *
 * @param name in its schedule
 * @param on what it is told of
 * @param drift the share of changed answers above which a run has drifted
 * @param jobs whose runs it is told of; empty is all
 * @param timeout of one try
 * @param retries further tries
 */
public record Hook(
    String name,
    Set<Event> on,
    double drift,
    List<String> jobs,
    Target target,
    Duration timeout,
    int retries) {

  /** What a hook is told of. */
  public enum Event {
    SUCCESS,
    FAILURE,
    DRIFT
  }

  /** Where the message goes. */
  public sealed interface Target permits Webhook, Command {}

  /**
   * A POST of the message.
   *
   * @param headers sent with it
   */
  public record Webhook(URI url, Map<String, String> headers) implements Target {}

  /** A process that reads the message from its standard input. */
  public record Command(List<String> words) implements Target {}

  public Hook {
    on = Set.copyOf(on);
    jobs = List.copyOf(jobs);
  }

  /** Whether it is told of the runs of a job. */
  public boolean isFor(String job) {
    return jobs.isEmpty() || jobs.contains(job);
  }
}
