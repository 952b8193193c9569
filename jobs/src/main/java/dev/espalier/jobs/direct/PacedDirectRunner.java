package dev.espalier.jobs.direct;

import java.lang.reflect.Method;
import org.apache.beam.runners.direct.Clock;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.runners.direct.DirectRunner.DirectPipelineResult;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.vendor.guava.v32_1_2_jre.com.google.common.base.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beam's DirectRunner, but for its driver: that asks for work without a pause as long as a pipeline
 * runs, and so takes a processor of its own from the engine. Here it rests while nothing happens,
 * in the one place that can be reached: its {@link PacedClock clock}.
 */
public final class PacedDirectRunner extends PipelineRunner<DirectPipelineResult> {
  private static final Logger LOG = LoggerFactory.getLogger(PacedDirectRunner.class);

  private final DirectRunner runner;

  private PacedDirectRunner(DirectRunner runner) {
    this.runner = runner;
  }

  /** As Beam makes the runner that options name. */
  public static PacedDirectRunner fromOptions(PipelineOptions options) {
    DirectRunner runner = DirectRunner.fromOptions(options);
    Supplier<Clock> clocks = PacedClock::new;
    try {
      Method set = DirectRunner.class.getDeclaredMethod("setClockSupplier", Supplier.class);
      set.setAccessible(true);
      set.invoke(runner, clocks);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("Beam's DirectRunner takes no other clock: its driver will not rest", e);
    }
    return new PacedDirectRunner(runner);
  }

  @Override
  public DirectPipelineResult run(Pipeline pipeline) {
    return runner.run(pipeline);
  }
}
