package dev.espalier.pipeline;

import java.io.Serializable;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows what a task counts while its bundle goes on: runners tell Beam's metrics when a bundle
 * ends, which may be with the job.
 */
public interface LiveMetrics extends Serializable {

  /**
   * Shows these figures until the task ends. Called on the task's thread, once for each instance of
   * a step.
   *
   * @param receiver of the step's outputs, as the runner gave it
   * @param figures by name, in lower case with underscores; read on other threads at any time
   */
  void show(Object receiver, Map<String, LongSupplier> figures);

  /**
   * A step begins its work in a task, before it opens an engine. Called on the task's thread.
   *
   * @param receiver as {@link #show} gets it
   */
  default void enter(Object receiver) {}

  /** Shows nothing. */
  static LiveMetrics none() {
    return (receiver, figures) -> {};
  }
}
