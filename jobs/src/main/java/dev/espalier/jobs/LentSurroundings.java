package dev.espalier.jobs;

/** The surroundings of the job that a thread runs, until they are closed. */
final class LentSurroundings implements AutoCloseable {
  private static final ThreadLocal<JobSurroundings> CURRENT = new ThreadLocal<>();

  private final JobSurroundings before;

  private LentSurroundings(JobSurroundings before) {
    this.before = before;
  }

  static JobSurroundings current() {
    JobSurroundings lent = CURRENT.get();
    return lent == null ? JobSurroundings.COMMAND : lent;
  }

  static LentSurroundings lend(JobSurroundings surroundings) {
    LentSurroundings lending = new LentSurroundings(CURRENT.get());
    CURRENT.set(surroundings);
    return lending;
  }

  @Override
  public void close() {
    if (before == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(before);
    }
  }
}
