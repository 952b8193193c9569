package dev.espalier.jobs.schedule.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One step of the state, which happens as a whole or not at all: records that take the place of
 * those of the same names. Applying it twice is applying it once.
 *
 * @param what in a word, for who reads the log
 * @param owner process that wrote it
 * @param time in milliseconds
 * @param arrived by job: the files that have arrived, as fingerprints in their order
 * @param gone ids of runs that are not remembered any more
 * @param left names of jobs that are not in the schedule any more
 * @param requests that were met
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Change(
    String what,
    String owner,
    long time,
    List<JobRecord> jobs,
    List<RunRecord> runs,
    Map<String, List<String>> arrived,
    List<String> gone,
    List<String> left,
    List<String> requests) {

  public Change {
    jobs = jobs == null ? List.of() : List.copyOf(jobs);
    runs = runs == null ? List.of() : List.copyOf(runs);
    arrived = arrived == null ? Map.of() : new TreeMap<>(arrived);
    gone = gone == null ? List.of() : List.copyOf(gone);
    left = left == null ? List.of() : List.copyOf(left);
    requests = requests == null ? List.of() : List.copyOf(requests);
  }

  /** Puts a change together. */
  public static final class Builder {
    private final String what;
    private final List<JobRecord> jobs = new ArrayList<>();
    private final List<RunRecord> runs = new ArrayList<>();
    private final Map<String, List<String>> arrived = new TreeMap<>();
    private final List<String> gone = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    public Builder(String what) {
      this.what = what;
    }

    public Builder job(JobRecord job) {
      jobs.add(job);
      return this;
    }

    public Builder run(RunRecord run) {
      runs.add(run);
      return this;
    }

    public Builder arrived(String job, List<String> files) {
      arrived.put(job, files);
      return this;
    }

    public Builder gone(String run) {
      gone.add(run);
      return this;
    }

    public Builder left(String job) {
      left.add(job);
      return this;
    }

    public Builder request(String request) {
      requests.add(request);
      return this;
    }

    public boolean isEmpty() {
      return jobs.isEmpty()
          && runs.isEmpty()
          && arrived.isEmpty()
          && gone.isEmpty()
          && left.isEmpty()
          && requests.isEmpty();
    }

    Change by(String owner, long time) {
      return new Change(what, owner, time, jobs, runs, arrived, gone, left, requests);
    }
  }
}
