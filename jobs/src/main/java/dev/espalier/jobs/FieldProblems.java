package dev.espalier.jobs;

import dev.espalier.io.FileProblemException;

/** Takes what is wrong with a field of the job file, and what to do about it. */
interface FieldProblems {
  /**
   * @param field such as {@code input.path}
   */
  void add(String field, String message, String remedy);

  default void add(String field, FileProblemException problem) {
    add(field, problem.problem(), problem.remedy());
  }
}
