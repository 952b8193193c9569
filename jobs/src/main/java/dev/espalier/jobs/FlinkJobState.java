package dev.espalier.jobs;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;

/**
 * Where a job on a Flink cluster stands.
 *
 * @param name of the job
 * @param state in Flink's word, such as {@code running}
 * @param seconds since its start, or that it took
 * @param waitsFor what the cluster lacks for it
 */
record FlinkJobState(
    String name, String state, double seconds, Optional<String> waitsFor, List<Vertex> vertices) {

  /** Of AnswerRows, which is nearly all of a job, the steps too. */
  private static final Pattern STAGE =
      Pattern.compile(" at ((?:Answer rows/)?[A-Z][a-z]+(?: [a-z]+)*)(?=[/)])");

  /**
   * A part of the job that runs as one.
   *
   * @param read records so far
   * @param written records so far
   */
  record Vertex(String name, String state, int parallelism, long read, long written) {}

  static FlinkJobState of(ClusterClient<?> client, JobID id) throws Exception {
    if (!(client instanceof RestClusterClient<?> rest)) {
      throw new IllegalStateException("this cluster has no REST interface to ask");
    }
    JobDetailsInfo details = rest.getJobDetails(id).get();
    return new FlinkJobState(
        details.getName(),
        word(details.getJobStatus()),
        details.getDuration() / 1e3,
        FlinkSlots.isWaiting(details, false)
            ? Optional.of(FlinkSlots.of(client).wait(FlinkSlots.needed(details)))
            : Optional.empty(),
        details.getJobVertexInfos().stream().map(FlinkJobState::vertex).toList());
  }

  /**
   * The stages in Flink's name of a vertex, {@code CHAIN FlatMap (FlatMap at Read rows/Find
   * splits/ParMultiDo(FindSplits)) -> …}: each outermost one once.
   */
  static String stages(String vertex) {
    Set<String> stages = new LinkedHashSet<>();
    Matcher stage = STAGE.matcher(vertex);
    while (stage.find()) {
      stages.add(stage.group(1));
    }
    return stages.isEmpty() ? vertex : String.join(", ", stages);
  }

  private static Vertex vertex(JobDetailsInfo.JobVertexDetailsInfo info) {
    return new Vertex(
        stages(info.getName()),
        word(info.getExecutionState()),
        info.getParallelism(),
        info.getJobVertexMetrics().getRecordsRead(),
        info.getJobVertexMetrics().getRecordsWritten());
  }

  private static String word(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
