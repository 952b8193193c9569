package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** Figures of a task reach Flink's metrics, by the way that this version of Beam leaves open. */
class FlinkTaskTest {
  private static final TupleTag<Integer> MAIN = new TupleTag<>("main") {};
  private static final TupleTag<Integer> OTHER = new TupleTag<>("other") {};
  private static final ConcurrentMap<String, Boolean> FOUND = new ConcurrentHashMap<>();

  @Test
  void aStepFindsItsTaskOnFlinkAndNoneElsewhere() {
    JobFile.Runner flink = new JobFile.Runner("flink", java.util.Optional.empty(), 1);
    run(BeamRunners.options(flink, "task"), "flink");
    PipelineOptions direct = PipelineOptionsFactory.create();
    direct.setRunner(DirectRunner.class);
    run(direct, "direct");
    assertThat(FOUND).containsExactlyInAnyOrderEntriesOf(Map.of("flink", true, "direct", false));
  }

  private static void run(PipelineOptions options, String name) {
    Pipeline pipeline = Pipeline.create(options);
    pipeline
        .apply(Create.of(1, 2, 3))
        .apply(ParDo.of(new Look(name)).withOutputTags(MAIN, TupleTagList.of(OTHER)));
    pipeline.run().waitUntilFinish();
  }

  private static final class Look extends DoFn<Integer, Integer> {
    private final String name;

    Look(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(MultiOutputReceiver out) {
      boolean found = FlinkTask.of(out).filter(task -> task.getMetricGroup() != null).isPresent();
      FOUND.merge(name, found, Boolean::logicalAnd);
    }
  }

  /** The rules of Prometheus for names, and of Flink's reporter for types: numbers. */
  @Test
  void everyFigureIsANumberWithANameThatPrometheusTakes() {
    Registered group = new Registered();
    AtomicLong rows = new AtomicLong(7);
    FlinkLiveMetrics.register(group, Map.of("rows_done", rows::get));
    assertThat(group.path).containsExactly("espalier");
    assertThat(group.metrics.keySet()).allMatch(name -> name.matches("[a-zA-Z_][a-zA-Z0-9_]*"));
    Gauge<?> gauge = (Gauge<?>) group.metrics.get("rows_done");
    assertThat(gauge.getValue()).isEqualTo(7L);
    rows.set(8);
    assertThat(gauge.getValue()).isInstanceOf(Number.class).isEqualTo(8L);
  }

  private static final class Registered extends UnregisteredMetricsGroup {
    final List<String> path = new java.util.ArrayList<>();
    final Map<String, Metric> metrics = new TreeMap<>();

    @Override
    public MetricGroup addGroup(String name) {
      path.add(name);
      return this;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      metrics.put(name, gauge);
      return gauge;
    }
  }
}
