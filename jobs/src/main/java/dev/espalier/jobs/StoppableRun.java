package dev.espalier.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/** The run of a pipeline in this process, which another thread may stop. */
final class StoppableRun {
  private final Pipeline pipeline;
  private Thread runner; // guarded by this; while the pipeline has given no result
  private PipelineResult result; // guarded by this
  private boolean stopped; // guarded by this

  StoppableRun(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Runs the pipeline to its end, however it ends. */
  PipelineResult.State toItsEnd() {
    synchronized (this) {
      if (stopped) {
        return PipelineResult.State.CANCELLED;
      }
      runner = Thread.currentThread();
    }
    PipelineResult running;
    try {
      running = pipeline.run();
    } finally {
      synchronized (this) {
        runner = null;
        if (stopped) {
          var unused = Thread.interrupted(); // it was meant for the pipeline
        }
      }
    }
    synchronized (this) {
      result = running;
    }
    if (stopped()) {
      cancel(running);
    }
    return running.waitUntilFinish();
  }

  private synchronized boolean stopped() {
    return stopped;
  }

  /** Stops it; a run that has not begun does not begin. */
  void stop() {
    PipelineResult running;
    synchronized (this) {
      stopped = true;
      running = result;
      if (runner != null) {
        runner.interrupt(); // a runner that ends before it gives its result
      }
    }
    if (running != null) {
      cancel(running);
    }
  }

  private static void cancel(PipelineResult running) {
    try {
      var unused = running.cancel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
