package dev.espalier.jobs;

import java.util.Optional;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.messages.webmonitor.ClusterOverview;
import org.apache.flink.runtime.rest.messages.ClusterOverviewHeaders;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;

/**
 * The places for tasks in a Flink cluster. All tasks of a job start together, one of each vertex in
 * a slot, so that a job needs as many slots as workers.
 *
 * @param total of all TaskManagers
 * @param free those that no job holds
 */
record FlinkSlots(int taskManagers, int total, int free) {

  static FlinkSlots of(ClusterClient<?> client) throws Exception {
    if (!(client instanceof RestClusterClient<?> rest)) {
      throw new IllegalStateException("this cluster has no REST interface to ask");
    }
    return of(
        rest.sendRequest(
                ClusterOverviewHeaders.getInstance(),
                EmptyMessageParameters.getInstance(),
                EmptyRequestBody.getInstance())
            .get());
  }

  static FlinkSlots of(ClusterOverview cluster) {
    return new FlinkSlots(
        cluster.getNumTaskManagersConnected(),
        cluster.getNumSlotsTotal(),
        cluster.getNumSlotsAvailable());
  }

  /** What somebody who submits a job of so many workers should know, if it cannot begin at once. */
  Optional<String> shortage(int workers, String cluster) {
    if (workers <= total) {
      return Optional.empty();
    }
    return Optional.of(
        "runner.workers: the job needs "
            + Figures.count(workers, "slot")
            + ", and the cluster at "
            + cluster
            + " has "
            + total
            + (taskManagers == 0 ? ", since no TaskManager has registered" : " in all")
            + ": it waits until there are as many, and takes those that are free from other jobs; "
            + (total == 0 ? "start" : "write " + total + " or less, or start")
            + " TaskManagers");
  }

  /** What a job waits for. */
  String wait(int workers) {
    return Figures.count(workers, "slot")
        + " of the cluster: it has "
        + total
        + ", "
        + Math.min(free, total)
        + " free";
  }

  /** Slots that a job holds at most. */
  static int needed(JobDetailsInfo job) {
    return job.getJobVertexInfos().stream()
        .mapToInt(JobVertexDetailsInfo::getParallelism)
        .max()
        .orElse(0);
  }

  /**
   * Whether a job has no slots to run in.
   *
   * @param before whether it had none when it was asked before: between two tries Flink plans
   *     nothing for a moment
   */
  static boolean isWaiting(JobDetailsInfo job, boolean before) {
    boolean placed =
        count(job, ExecutionState.DEPLOYING)
                + count(job, ExecutionState.INITIALIZING)
                + count(job, ExecutionState.RUNNING)
            > 0;
    return !placed
        && !job.getJobStatus().isGloballyTerminalState()
        && (before || count(job, ExecutionState.SCHEDULED) > 0);
  }

  private static int count(JobDetailsInfo job, ExecutionState state) {
    return job.getJobVertexInfos().stream()
        .mapToInt(vertex -> vertex.getTasksPerState().getOrDefault(state, 0))
        .sum();
  }
}
