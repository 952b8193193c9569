package dev.espalier.program;

/**
 * Ends a program that reads a value of a step which failed; the failure itself is kept by the step.
 * An {@link Error}, so that a program which catches exceptions does not take a failed step for a
 * value.
 */
final class StepFailed extends Error {
  StepFailed(Throwable cause) {
    super(null, cause, false, false);
  }
}
