package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.progress.JobProgress.Phase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.core.metrics.MetricsContainerStepMap;
import org.apache.beam.runners.flink.metrics.FlinkMetricContainer;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;
import org.apache.flink.runtime.messages.webmonitor.MultipleJobsDetails;
import org.apache.flink.runtime.rest.messages.ConfigurationInfo;
import org.apache.flink.runtime.rest.messages.JobAccumulatorsInfo;
import org.apache.flink.runtime.rest.messages.JobPlanInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.metrics.AggregatedMetric;
import org.apache.flink.runtime.rest.messages.job.metrics.AggregatedMetricsResponseBody;
import org.apache.flink.runtime.rest.messages.job.metrics.IOMetricsInfo;
import org.apache.flink.runtime.rest.util.RestMapperUtils;
import org.apache.flink.util.OptionalFailure;
import org.apache.flink.util.SerializedValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against answers in the form of Flink's own, of a cluster that learns of metrics late. */
class FlinkProgressMetricsTest {
  private static final JobID JOB = new JobID(1, 2);
  private static final String NAME = "espalier job.yaml";

  private final Map<JobVertexID, Map<String, Double>> told = new ConcurrentHashMap<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** The same list seen twice is no whole list: the cluster may have looked once meanwhile. */
  @Test
  void metricsThatAppearLateAreTold() throws Exception {
    JobVertexID vertex = new JobVertexID();
    told.put(vertex, Map.of("Run_programs.espalier.tokens_prompt", 40.0));
    try (FlinkProgress progress = progress()) {
      for (int look = 0; look < 3; look++) {
        assertThat(await(progress, Phase.LOADING).promptTokens()).isIn(0L, 40L);
        TimeUnit.MILLISECONDS.sleep(1000); // as the client asks
      }
      told.put(vertex, all(7));
      JobProgress running = await(progress, Phase.RUNNING);
      assertThat(running.rowsDone()).isEqualTo(7);
      assertThat(running.generatedTokens()).isEqualTo(70);
    }
  }

  @Test
  void aVertexThatStartsLaterIsAddedToTheFirst() throws Exception {
    told.put(new JobVertexID(), Map.of("Trace.espalier.rows_failed", 2.0));
    try (FlinkProgress progress = progress()) {
      await(progress, Phase.LOADING);
      told.put(new JobVertexID(), all(9));
      JobProgress running = await(progress, Phase.RUNNING);
      assertThat(running.rowsDone()).isEqualTo(9);
      assertThat(running.rowsFailed()).isEqualTo(3);
    }
  }

  private FlinkProgress progress() {
    return new FlinkProgress(
        new Configuration(), "127.0.0.1:" + server.getAddress().getPort(), NAME);
  }

  private static Map<String, Double> all(double rows) {
    Map<String, Double> all = new HashMap<>();
    for (String name :
        List.of("tokens_cached", "batch_size", "tokens_prompt_of_ended_rows", "tokens_prompt")) {
      all.put("Run_programs.espalier." + name, 40.0);
    }
    all.put("Run_programs.espalier.rows_done", rows);
    all.put("Run_programs.espalier.rows_failed", 1.0);
    all.put("Run_programs.espalier.cache_pages_total", 64.0);
    all.put("Run_programs.espalier.tokens_generated", 10 * rows);
    all.put("Run_programs.espalier.tokens_generated_of_ended_rows", 10 * rows);
    all.put("numRecordsIn", 1.0);
    return all;
  }

  /** The limit is for one that never comes. */
  private static JobProgress await(FlinkProgress progress, Phase phase) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    JobProgress now = progress.now();
    while (now.phase() != phase && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(100);
      now = progress.now();
    }
    assertThat(now.phase()).isEqualTo(phase);
    return now;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body =
        json(answer(exchange.getRequestURI().getPath(), exchange.getRequestURI().getQuery()));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** As Flink writes its answers; the class of its mapper is none of this module's libraries. */
  private static byte[] json(Object answer) throws IOException {
    try {
      Object mapper = RestMapperUtils.class.getMethod("getStrictObjectMapper").invoke(null);
      return (byte[])
          mapper.getClass().getMethod("writeValueAsBytes", Object.class).invoke(mapper, answer);
    } catch (ReflectiveOperationException e) {
      throw new IOException(e);
    }
  }

  private Object answer(String path, String query) throws IOException {
    if (path.endsWith("/jobs/overview")) {
      int[] tasks = new int[ExecutionState.values().length];
      return new MultipleJobsDetails(
          List.of(new JobDetails(JOB, NAME, 1, -1, 1, JobStatus.RUNNING, 1, tasks, 0)));
    }
    if (path.endsWith("/config")) {
      return new ConfigurationInfo();
    }
    if (path.endsWith("/accumulators")) {
      return new JobAccumulatorsInfo(
          List.of(), List.of(), Map.of(FlinkMetricContainer.ACCUMULATOR_NAME, counters()));
    }
    if (path.endsWith("/metrics")) {
      String[] parts = path.split("/", -1);
      int at = Arrays.asList(parts).indexOf("vertices") + 1;
      return metrics(told.get(JobVertexID.fromHexString(parts[at])), query);
    }
    return job();
  }

  private static SerializedValue<OptionalFailure<Object>> counters() throws IOException {
    MetricsContainerStepMap steps = new MetricsContainerStepMap();
    Map.of("rows_read", 20L, "rows_traced", 20L, "plan_rows", 20L, "plan_ranges", 1L)
        .forEach(
            (name, count) ->
                steps
                    .getContainer("step")
                    .getCounter(MetricName.named("espalier", name))
                    .inc(count));
    return new SerializedValue<>(OptionalFailure.of(steps));
  }

  private static AggregatedMetricsResponseBody metrics(Map<String, Double> told, String query) {
    List<String> wanted =
        query == null || !query.contains("get=")
            ? List.of()
            : List.of(
                URLDecoder.decode(
                        query.substring(query.indexOf("get=") + 4), StandardCharsets.UTF_8)
                    .split(",", -1));
    return new AggregatedMetricsResponseBody(
        told.entrySet().stream()
            .filter(metric -> wanted.isEmpty() || wanted.contains(metric.getKey()))
            .map(
                metric ->
                    wanted.isEmpty()
                        ? new AggregatedMetric(metric.getKey())
                        : new AggregatedMetric(
                            metric.getKey(), null, null, null, metric.getValue()))
            .toList());
  }

  private JobDetailsInfo job() {
    Map<JobStatus, Long> times = new EnumMap<>(JobStatus.class);
    for (JobStatus status : JobStatus.values()) {
      times.put(status, 0L);
    }
    Map<ExecutionState, Integer> states = new EnumMap<>(ExecutionState.class);
    for (ExecutionState state : ExecutionState.values()) {
      states.put(state, 0);
    }
    IOMetricsInfo bytes = new IOMetricsInfo(0, true, 0, true, 0, true, 0, true, 0, 0, 0);
    return new JobDetailsInfo(
        JOB,
        NAME,
        false,
        JobStatus.RUNNING,
        1,
        -1,
        1,
        -1,
        1,
        times,
        told.keySet().stream()
            .map(
                vertex ->
                    new JobDetailsInfo.JobVertexDetailsInfo(
                        vertex, "vertex", 1, 1, ExecutionState.RUNNING, 1, -1, 1, states, bytes))
            .toList(),
        states,
        new JobPlanInfo.RawJson("{}"));
  }
}
