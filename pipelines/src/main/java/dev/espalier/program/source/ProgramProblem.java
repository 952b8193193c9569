package dev.espalier.program.source;

/**
 * One thing that is wrong with a program file.
 *
 * @param location where, such as {@code triage.yaml:3:7}
 * @param message what is wrong
 * @param remedy what to do about it
 */
public record ProgramProblem(String location, String message, String remedy) {
  @Override
  public String toString() {
    return location + ": " + message + (remedy.isEmpty() ? "" : "\n    " + remedy);
  }
}
