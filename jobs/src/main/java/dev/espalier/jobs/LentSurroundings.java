package dev.espalier.jobs;

/** The surroundings of the job that a thread runs, until they are closed. */
final class LentSurroundings implements AutoCloseable {
  private static final ThreadLocal<JobSurroundings> CURRENT = new ThreadLocal<>();

  private LentSurroundings() {}

  static JobSurroundings current() {
    JobSurroundings lent = CURRENT.get();
    return lent == null ? JobSurroundings.COMMAND : lent;
  }

  static LentSurroundings lend(JobSurroundings surroundings) {
    CURRENT.set(surroundings);
    return new LentSurroundings();
  }

  @Override
  public void close() {
    CURRENT.remove();
  }
}
