package dev.espalier.jobs.schedule.file;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A schedule: which jobs run when.
 *
 * @param name of the file, without its ending
 * @param state directory of the lease, the log and the runs' output, on any storage
 * @param jobs in the order of the file
 * @param devices runs that may be under way at once, by device or Flink master; 1 for a device and
 *     any number for a master that is not named
 * @param engineIdle how long an engine stays loaded after a run
 * @param history runs of each job that are remembered
 */
public record Schedule(
    String name,
    String state,
    List<ScheduledJob> jobs,
    List<Hook> hooks,
    Page page,
    Map<String, Integer> devices,
    Duration engineIdle,
    int history) {

  /**
   * The status page.
   *
   * @param port on which it is served; none if it is not
   * @param host address that the port is opened on
   * @param files directory that it is written to; none if it is not
   */
  public record Page(Optional<Integer> port, String host, Optional<String> files) {}

  public Schedule {
    jobs = List.copyOf(jobs);
    hooks = List.copyOf(hooks);
    devices = Map.copyOf(devices);
  }

  /** The job of this name. */
  public Optional<ScheduledJob> job(String name) {
    return jobs.stream().filter(job -> job.name().equals(name)).findFirst();
  }
}
