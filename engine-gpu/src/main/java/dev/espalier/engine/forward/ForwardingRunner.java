package dev.espalier.engine.forward;

/** Passes every call on to another runner, for subclasses that change a few of them. */
public abstract class ForwardingRunner implements ModelRunner {
  private final ModelRunner runner;

  protected ForwardingRunner(ModelRunner runner) {
    this.runner = runner;
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
  public boolean runsAhead() {
    return runner.runsAhead();
  }

  @Override
  public LaunchedForward launch(ForwardBatch batch) {
    return runner.launch(batch);
  }

  @Override
  public void close() {
    runner.close();
  }
}
