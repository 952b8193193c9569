package dev.espalier.jobs;

import dev.espalier.engine.open.ModelRunners;
import dev.espalier.jobs.direct.PacedDirectRunner;
import java.util.Optional;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads Beam while a job is checked: it takes seconds, and a small pipeline uses what every job
 * does. Nobody else may use Beam meanwhile, since classes that two threads initialise can wait for
 * each other: {@link #await} comes first. Thread-safe.
 */
final class BeamWarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(BeamWarmUp.class);

  private static Thread loading; // null: none was begun

  private BeamWarmUp() {}

  /**
   * Begins, if this process runs the job's pipeline on the runner that is warmed up. The engine's
   * loops come first: Beam fills the Java compiler's queue, and they would wait behind it.
   */
  static synchronized void begin(Optional<JobFile> job) {
    boolean isOfUse =
        job.map(JobFile::runner)
            .filter(runner -> runner.master().isEmpty() && !runner.isFlink())
            .isPresent();
    if (isOfUse) {
      job.map(JobFile::engine).ifPresent(ModelRunners::prepare);
      begin();
    }
  }

  /** Begins. */
  static synchronized void begin() {
    if (loading == null) {
      loading = new Thread(BeamWarmUp::run, "beam-warm-up");
      loading.setDaemon(true);
      loading.start();
    }
  }

  /** Waits for the end of what was begun. */
  static void await() {
    Thread begun;
    synchronized (BeamWarmUp.class) {
      begun = loading;
    }
    if (begun == null) {
      return;
    }
    try {
      begun.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run() {
    try {
      DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
      options.setRunner(PacedDirectRunner.class);
      options.setTargetParallelism(1);
      Pipeline pipeline = Pipeline.create(options);
      pipeline.apply("One", Create.of(1)).apply("Count", Count.perElement());
      pipeline.run().waitUntilFinish();
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("not loaded ahead", e); // the job meets it again, and says it
    }
  }
}
