package dev.espalier.jobs.schedule.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that a scheduler remembers: what its changes so far come to. Immutable.
 *
 * @param number of changes so far
 * @param jobs by name
 * @param runs by id
 * @param arrived see {@link Change}
 * @param requests the last that were met
 */
public record ScheduleState(
    long number,
    Map<String, JobRecord> jobs,
    Map<String, RunRecord> runs,
    Map<String, List<String>> arrived,
    List<String> requests) {
  /** A request is removed when it was met; this is for those that outlived their scheduler. */
  private static final int MOST_REQUESTS = 1000;

  public static final ScheduleState EMPTY =
      new ScheduleState(0, Map.of(), Map.of(), Map.of(), List.of());

  public ScheduleState {
    jobs = Collections.unmodifiableMap(new TreeMap<>(jobs));
    runs = Collections.unmodifiableMap(new TreeMap<>(runs));
    arrived = Collections.unmodifiableMap(new TreeMap<>(arrived));
    requests = List.copyOf(requests);
  }

  /** The state after a change. */
  ScheduleState after(Change change, long newNumber) {
    Map<String, JobRecord> newJobs = new TreeMap<>(jobs);
    Map<String, List<String>> newArrived = new TreeMap<>(arrived);
    change.left().forEach(newJobs::remove);
    change.left().forEach(newArrived::remove);
    change.jobs().forEach(job -> newJobs.put(job.name(), job));
    newArrived.putAll(change.arrived());
    Map<String, RunRecord> newRuns = new TreeMap<>(runs);
    change.gone().forEach(newRuns::remove);
    change.runs().forEach(run -> newRuns.put(run.id(), run));
    List<String> newRequests = new ArrayList<>(requests);
    newRequests.addAll(change.requests());
    int from = Math.max(0, newRequests.size() - MOST_REQUESTS);
    return new ScheduleState(
        newNumber, newJobs, newRuns, newArrived, newRequests.subList(from, newRequests.size()));
  }

  public Optional<JobRecord> job(String name) {
    return Optional.ofNullable(jobs.get(name));
  }

  /** The runs of a job, in the order in which they were fired. */
  public List<RunRecord> runsOf(String job) {
    return inOrder(runs.values().stream().filter(run -> run.job().equals(job)).toList());
  }

  /** Runs that have not ended, in the order in which they were fired. */
  public List<RunRecord> active() {
    return inOrder(runs.values().stream().filter(RunRecord::isActive).toList());
  }

  private static List<RunRecord> inOrder(Collection<RunRecord> runs) {
    List<RunRecord> sorted = new ArrayList<>(runs);
    sorted.sort(
        Comparator.comparingLong(RunRecord::fired)
            .thenComparingLong(RunRecord::start)
            .thenComparing(RunRecord::id));
    return sorted;
  }
}
