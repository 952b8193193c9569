package dev.espalier.engine;

import dev.espalier.engine.model.LaunchedStep;
import dev.espalier.engine.model.ModelRunner;
import dev.espalier.engine.model.StepBatch;

/** A runner whose steps are launched ahead or not, whether that saves time or not. */
record RunAhead(ModelRunner runner, boolean runsAhead) implements ModelRunner {

  @Override
  public LaunchedStep launch(StepBatch batch) {
    return runner.launch(batch);
  }

  @Override
  public int contextLength() {
    return runner.contextLength();
  }

  @Override
  public int vocabularySize() {
    return runner.vocabularySize();
  }

  @Override
  public int pageSize() {
    return runner.pageSize();
  }

  @Override
  public int pages() {
    return runner.pages();
  }

  @Override
  public void close() {
    runner.close();
  }
}
