package dev.espalier.pipeline;

import dev.espalier.program.RowRunner;
import java.io.Serializable;

/** How a worker gets the program bound to the text side of the model. */
public interface RowRunnerFactory extends Serializable {

  /** Names program and model: in one JVM, factories with equal keys share one runner. */
  String key();

  /** Called once for each JVM and key; a runner that is {@link AutoCloseable} is closed at last. */
  RowRunner create();
}
