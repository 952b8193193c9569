package dev.espalier.jobs;

import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.prefix.PrefixTotals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.beam.runners.core.metrics.MetricsContainerStepMap;
import org.apache.beam.runners.flink.metrics.FlinkMetricContainer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;
import org.apache.flink.runtime.messages.webmonitor.MultipleJobsDetails;
import org.apache.flink.runtime.rest.RestClient;
import org.apache.flink.runtime.rest.messages.ClusterConfigurationInfoHeaders;
import org.apache.flink.runtime.rest.messages.ClusterOverviewHeaders;
import org.apache.flink.runtime.rest.messages.ConfigurationInfoEntry;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobAccumulatorsHeaders;
import org.apache.flink.runtime.rest.messages.JobAccumulatorsMessageParameters;
import org.apache.flink.runtime.rest.messages.JobIDPathParameter;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.JobVertexIdPathParameter;
import org.apache.flink.runtime.rest.messages.JobsOverviewHeaders;
import org.apache.flink.runtime.rest.messages.MessageHeaders;
import org.apache.flink.runtime.rest.messages.MessageParameters;
import org.apache.flink.runtime.rest.messages.MessagePathParameter;
import org.apache.flink.runtime.rest.messages.MessageQueryParameter;
import org.apache.flink.runtime.rest.messages.ResponseBody;
import org.apache.flink.runtime.rest.messages.job.JobDetailsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.metrics.AggregatedMetric;
import org.apache.flink.runtime.rest.messages.job.metrics.AggregatedMetricsResponseBody;
import org.apache.flink.runtime.rest.messages.job.metrics.AggregatedSubtaskMetricsHeaders;
import org.apache.flink.runtime.rest.messages.job.metrics.AggregatedSubtaskMetricsParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.MetricsFilterParameter;
import org.apache.flink.util.FlinkException;
import org.apache.flink.util.OptionalFailure;
import org.apache.flink.util.SerializedValue;

/**
 * Where a job stands that runs on a Flink cluster: Espalier's metrics of its vertices, through
 * Flink's REST. A figure that the cluster no longer tells, because its task has ended, stays as it
 * was. Not thread-safe.
 */
final class FlinkProgress implements AutoCloseable {
  private static final int ANSWER_SECONDS = 5;

  /** As many names as an address holds. */
  private static final int NAMES_A_REQUEST = 20;

  /** Who looks at the line does not see the difference. */
  private static final long PROMPT_MILLIS = 2000;

  /** Between two looks for metrics, while some that the line tells are missing. */
  private static final long BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(900);

  /** And once there are all: another vertex may show them later. */
  private static final long BETWEEN_LATER_LOOKS = TimeUnit.SECONDS.toNanos(10);

  private static final String ELAPSED = "elapsed_ms";

  private static final Set<String> TOLD =
      Set.of(
          ELAPSED,
          "rows_done",
          "rows_failed",
          "cache_pages_total",
          "tokens_prompt",
          "tokens_cached",
          "tokens_generated",
          "batch_size",
          "tokens_prompt_of_ended_rows",
          "tokens_generated_of_ended_rows");

  private static final Pattern OURS = Pattern.compile(".*[._]espalier[._]([a-z_]+)");

  private final String host;
  private final int port;
  private final String job;
  private final ExecutorService threads;
  private final RestClient client;
  private Optional<RunMetrics> counted = Optional.empty();
  private final Map<String, Long> figures = new HashMap<>(); // by vertex and metric
  private Optional<JobID> id = Optional.empty();
  private final Map<JobVertexID, List<String>> shown = new HashMap<>(); // names that are ours
  private volatile Optional<String> slowness = Optional.empty();
  private boolean askedSlowness;
  private Optional<String> waitsFor = Optional.empty();
  private long lookedNanos = System.nanoTime() - BETWEEN_LOOKS;

  /**
   * @param configuration of Flink's client, for TLS
   * @param master host:port
   * @param job its name
   */
  FlinkProgress(Configuration configuration, String master, String job) {
    int colon = master.lastIndexOf(':');
    this.host = master.substring(0, colon);
    this.port = Integer.parseInt(master.substring(colon + 1));
    this.job = job;
    this.threads =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "flink-progress");
              thread.setDaemon(true);
              return thread;
            });
    try {
      this.client = new RestClient(configuration, threads);
    } catch (org.apache.flink.util.ConfigurationException e) {
      threads.shutdown();
      throw new IllegalArgumentException("the client's TLS: " + e.getMessage(), e);
    }
  }

  /** Asks the cluster; what it does not answer is as before. */
  JobProgress now() {
    try {
      refresh();
    } catch (IOException | ExecutionException | TimeoutException e) {
      // Asked again at the next moment; the run itself tells what is wrong with the cluster.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    JobProgress counts = progress();
    return waitsFor.map(counts::waiting).orElse(counts);
  }

  /** What a person should know of a cluster that tells its figures seldom; empty of another. */
  Optional<String> announcement() {
    return slowness;
  }

  private Optional<String> askSlowness()
      throws IOException, ExecutionException, TimeoutException, InterruptedException {
    Map<String, String> settings = new HashMap<>();
    for (ConfigurationInfoEntry entry :
        ask(ClusterConfigurationInfoHeaders.getInstance(), EmptyMessageParameters.getInstance())) {
      settings.put(entry.getKey(), entry.getValue());
    }
    Configuration cluster = Configuration.fromMap(settings);
    long millis =
        Math.max(
            cluster.get(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL),
            cluster.get(HeartbeatManagerOptions.HEARTBEAT_INTERVAL));
    return millis <= PROMPT_MILLIS
        ? Optional.empty()
        : Optional.of(
            "progress is as old as "
                + Figures.duration(millis / 1e3)
                + ": "
                + MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL.key()
                + " and "
                + HeartbeatManagerOptions.HEARTBEAT_INTERVAL.key()
                + " of the cluster say how often it is told; 1000 each is well");
  }

  private void refresh()
      throws IOException, ExecutionException, TimeoutException, InterruptedException {
    if (id.isEmpty()) {
      MultipleJobsDetails jobs =
          ask(JobsOverviewHeaders.getInstance(), EmptyMessageParameters.getInstance());
      id =
          jobs.getJobs().stream()
              .filter(known -> known.getJobName().equals(job) && known.getEndTime() < 0)
              .max(Comparator.comparingLong(JobDetails::getStartTime))
              .map(JobDetails::getJobId);
    }
    if (id.isEmpty()) {
      return;
    }
    if (!askedSlowness) {
      slowness = askSlowness();
      askedSlowness = true;
    }
    counted = count().or(() -> counted);
    long since = System.nanoTime() - lookedNanos;
    if (since >= (tellsAll() && waitsFor.isEmpty() ? BETWEEN_LATER_LOOKS : BETWEEN_LOOKS)) {
      lookedNanos = System.nanoTime();
      look();
    }
    for (Map.Entry<JobVertexID, List<String>> vertex : shown.entrySet()) {
      List<String> names = vertex.getValue();
      for (int i = 0; i < names.size(); i += NAMES_A_REQUEST) {
        List<String> some = names.subList(i, Math.min(names.size(), i + NAMES_A_REQUEST));
        for (AggregatedMetric metric : metrics(vertex.getKey(), some)) {
          Double figure = ours(metric.getId()).equals(ELAPSED) ? metric.getMax() : metric.getSum();
          if (figure != null) {
            figures.put(vertex.getKey() + " " + metric.getId(), Math.round(figure));
          }
        }
      }
    }
  }

  private boolean tellsAll() {
    return shown.values().stream()
        .flatMap(List::stream)
        .map(FlinkProgress::ours)
        .collect(Collectors.toSet())
        .containsAll(TOLD);
  }

  /** The name that this project gave a metric; empty if the metric is Flink's. */
  private static String ours(String metric) {
    Matcher name = OURS.matcher(metric);
    return name.matches() ? name.group(1) : "";
  }

  /**
   * Looks which of the vertices that run show something: a long list of names each. They appear one
   * after the other, and the cluster itself learns of them from time to time.
   */
  private void look()
      throws IOException, ExecutionException, TimeoutException, InterruptedException {
    JobMessageParameters ofJob = new JobMessageParameters();
    ofJob.jobPathParameter.resolve(id.orElseThrow());
    JobDetailsInfo details = ask(JobDetailsHeaders.getInstance(), ofJob);
    waitsFor =
        FlinkSlots.isWaiting(details, waitsFor.isPresent())
            ? Optional.of(slots().wait(FlinkSlots.needed(details)))
            : Optional.empty();
    for (JobDetailsInfo.JobVertexDetailsInfo vertex : details.getJobVertexInfos()) {
      if (vertex.getExecutionState() != ExecutionState.RUNNING) {
        continue;
      }
      List<String> names = new ArrayList<>();
      for (AggregatedMetric metric : metrics(vertex.getJobVertexID(), List.of())) {
        if (!ours(metric.getId()).isEmpty()) {
          names.add(metric.getId());
        }
      }
      Collections.sort(names);
      List<String> before = shown.getOrDefault(vertex.getJobVertexID(), List.of());
      if (names.size() > before.size()) {
        shown.put(vertex.getJobVertexID(), names);
      }
    }
  }

  private FlinkSlots slots()
      throws IOException, ExecutionException, TimeoutException, InterruptedException {
    return FlinkSlots.of(
        ask(ClusterOverviewHeaders.getInstance(), EmptyMessageParameters.getInstance()));
  }

  /** What tasks counted, as of their last sign of life. */
  private Optional<RunMetrics> count()
      throws IOException, ExecutionException, TimeoutException, InterruptedException {
    JobAccumulatorsMessageParameters parameters = new JobAccumulatorsMessageParameters();
    parameters.jobPathParameter.resolve(id.orElseThrow());
    parameters.includeSerializedAccumulatorsParameter.resolve(List.of(true));
    SerializedValue<OptionalFailure<Object>> counters =
        ask(JobAccumulatorsHeaders.getInstance(), parameters)
            .getSerializedUserAccumulators()
            .get(FlinkMetricContainer.ACCUMULATOR_NAME);
    return counters == null ? Optional.empty() : Optional.of(counts(counters));
  }

  /**
   * What a job's accumulator of this name holds: {@link FlinkMetricContainer#ACCUMULATOR_NAME}.
   *
   * @throws IOException if it cannot be read
   */
  static RunMetrics counts(SerializedValue<OptionalFailure<Object>> counters) throws IOException {
    try {
      Object value = counters.deserializeValue(FlinkProgress.class.getClassLoader()).get();
      return RunMetrics.of(
          MetricsContainerStepMap.asAttemptedOnlyMetricResults((MetricsContainerStepMap) value));
    } catch (ClassNotFoundException | FlinkException e) {
      throw new IOException("the cluster's counters cannot be read", e);
    }
  }

  /** The names of a vertex's metrics if none is named, else what its subtasks tell together. */
  private Iterable<AggregatedMetric> metrics(JobVertexID vertex, List<String> names)
      throws IOException, ExecutionException, TimeoutException, InterruptedException {
    AggregatedSubtaskMetricsParameters parameters = new AggregatedSubtaskMetricsParameters();
    for (MessagePathParameter<?> part : parameters.getPathParameters()) {
      if (part instanceof JobIDPathParameter ofJob) {
        ofJob.resolve(id.orElseThrow());
      } else if (part instanceof JobVertexIdPathParameter ofVertex) {
        ofVertex.resolve(vertex);
      }
    }
    for (MessageQueryParameter<?> part : parameters.getQueryParameters()) {
      if (part instanceof MetricsFilterParameter wanted && !names.isEmpty()) {
        wanted.resolve(names);
      }
    }
    AggregatedMetricsResponseBody answer =
        ask(AggregatedSubtaskMetricsHeaders.getInstance(), parameters);
    return answer.getMetrics();
  }

  private <
          M extends MessageHeaders<EmptyRequestBody, P, U>,
          U extends MessageParameters,
          P extends ResponseBody>
      P ask(M what, U parameters)
          throws IOException, ExecutionException, TimeoutException, InterruptedException {
    return client
        .sendRequest(host, port, what, parameters, EmptyRequestBody.getInstance())
        .get(ANSWER_SECONDS, TimeUnit.SECONDS);
  }

  private JobProgress progress() {
    if (counted.isEmpty()) {
      return JobProgress.NONE;
    }
    RunMetrics counts = counted.get();
    PrefixTotals planned = counts.planned().totals();
    long done = Math.max(counts.rowsRun(), sum("rows_done"));
    return new JobProgress(
        JobProgress.phase(
            counts.rowsTraced(),
            counts.ranges() > 0,
            planned.rows(),
            done,
            sum("cache_pages_total") > 0),
        counts.rowsRead(),
        counts.rowsTraced(),
        counts.rowsSkipped(),
        planned.rows(),
        done,
        Math.max(counts.rowsFailed(), sum("rows_failed")),
        planned.totalTokens() - planned.achievableHits(),
        sum("tokens_prompt"),
        sum("tokens_cached"),
        sum("tokens_generated"),
        sum("batch_size"),
        sum("tokens_prompt_of_ended_rows"),
        sum("tokens_generated_of_ended_rows"),
        TimeUnit.MILLISECONDS.toNanos(longest(ELAPSED)),
        "");
  }

  /** Of all vertices. */
  private long sum(String metric) {
    long sum = 0;
    for (Map.Entry<String, Long> figure : figures.entrySet()) {
      if (ours(figure.getKey()).equals(metric)) {
        sum += figure.getValue();
      }
    }
    return sum;
  }

  private long longest(String metric) {
    return figures.entrySet().stream()
        .filter(figure -> ours(figure.getKey()).equals(metric))
        .mapToLong(Map.Entry::getValue)
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    var unused = client.closeAsync();
    threads.shutdown();
  }
}
