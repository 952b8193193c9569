package dev.espalier.jobs;

import dev.espalier.jobs.direct.PacedDirectRunner;
import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Beam's options for the runner that a job names. */
final class BeamRunners {
  private BeamRunners() {}

  static PipelineOptions options(JobFile.Runner runner, String jobName) {
    BeamWarmUp.await();
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setJobName(jobName);
    if (runner.isDirect()) {
      DirectOptions direct = options.as(DirectOptions.class);
      direct.setRunner(PacedDirectRunner.class);
      direct.setTargetParallelism(threads(runner));
      direct.setBlockOnRun(false); // who runs it waits, and may stop it
      // Checks that every element survives its coder, at the price of encoding it again.
      direct.setEnforceEncodability(false);
      direct.setEnforceImmutability(false);
      return options;
    }
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    flink.setRunner(FlinkRunner.class);
    flink.setParallelism(parallelism(runner));
    // Elements are immutable, so Flink need not copy them between operators.
    flink.setFasterCopy(true);
    if (runner.master().isEmpty()) {
      flink.setFlinkMaster("[local]");
      return options;
    }
    // The cluster to which FlinkCluster has directed this process; that brings the jars too.
    flink.setFlinkMaster("[auto]");
    flink.setFilesToStage(List.of());
    flink.setAttachedMode(false);
    return options;
  }

  /** Subtasks of each step on Flink. */
  static int parallelism(JobFile.Runner runner) {
    return runner.master().isPresent() ? runner.workers() : threads(runner);
  }

  /**
   * Threads of a process that does all of the work: reading and tracing use every core, however
   * many workers share the engine.
   */
  static int threads(JobFile.Runner runner) {
    return Math.max(runner.workers(), Runtime.getRuntime().availableProcessors());
  }
}
