package dev.espalier.pipeline;

import dev.espalier.engine.Devices;
import dev.espalier.engine.Engine;
import java.io.Serializable;

/** How a worker gets its engine. */
public interface EngineFactory extends Serializable {

  /** Names model, device and options: in one JVM, factories with equal keys share one engine. */
  String key();

  /** Where the engine computes: what is unused there has to make room for it. */
  default Devices devices() {
    return Devices.CPU;
  }

  /**
   * Begins in the background what takes time before an engine computes at its speed, needs neither
   * the model nor memory of the device, and may turn out to be of no use.
   */
  default void prepare() {}

  /** Loads the model; called once for each JVM and key. */
  Engine open();

  /**
   * Milliseconds that this JVM has spent on bringing models here since it was last asked; they are
   * part of {@link RunMetrics}.
   */
  default long takePreparationMillis() {
    return 0;
  }
}
