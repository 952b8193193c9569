package dev.espalier.jobs;

import dev.espalier.pipeline.LiveMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Registers figures as gauges of Flink, group {@value #GROUP}, at the task that counts them. Flink
 * removes them with the task.
 */
record FlinkLiveMetrics() implements LiveMetrics {
  static final String GROUP = "espalier";

  @Override
  public void show(Object receiver, Map<String, LongSupplier> figures) {
    Optional<RuntimeContext> task = FlinkTask.of(receiver);
    if (task.isEmpty()) {
      return;
    }
    register(task.get().getMetricGroup(), figures);
  }

  /** Learns which GPUs Flink has given to this TaskManager. */
  @Override
  public void enter(Object receiver) {
    FlinkTask.of(receiver)
        .ifPresent(
            task ->
                task.getExternalResourceInfos(WorkerGpus.RESOURCE).stream()
                    .flatMap(gpu -> gpu.getProperty("index").stream())
                    .forEach(index -> WorkerGpus.given().add(Integer.valueOf(index))));
  }

  static void register(MetricGroup task, Map<String, LongSupplier> figures) {
    MetricGroup group = task.addGroup(GROUP);
    figures.forEach((name, figure) -> group.gauge(name, new Figure(figure)));
  }

  private record Figure(LongSupplier figure) implements Gauge<Long> {
    @Override
    public Long getValue() {
      return figure.getAsLong();
    }
  }
}
