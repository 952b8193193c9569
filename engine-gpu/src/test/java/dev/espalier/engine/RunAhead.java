package dev.espalier.engine;

import dev.espalier.engine.forward.ForwardingRunner;
import dev.espalier.engine.forward.ModelRunner;

/** A runner whose steps are launched ahead or not, whether that saves time or not. */
final class RunAhead extends ForwardingRunner {
  private final boolean runsAhead;

  RunAhead(ModelRunner runner, boolean runsAhead) {
    super(runner);
    this.runsAhead = runsAhead;
  }

  @Override
  public boolean runsAhead() {
    return runsAhead;
  }
}
