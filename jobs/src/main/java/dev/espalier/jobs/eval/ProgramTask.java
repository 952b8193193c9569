package dev.espalier.jobs.eval;

import java.util.List;

/** A task that is a program. */
public final class ProgramTask {
  /** What such a task has beside what every task has. */
  static final List<String> FIELDS =
      List.of("program", "input", "expect", "metrics", "answer", "samples", "judge");

  private ProgramTask() {}
}
