package dev.espalier.row;

/**
 * One thing that is wrong with a configuration.
 *
 * @param location where, such as {@code job.yaml:3:7}
 * @param message what is wrong
 * @param remedy what to do about it
 */
public record Problem(String location, String message, String remedy) {
  @Override
  public String toString() {
    return location + ": " + message + (remedy.isEmpty() ? "" : "\n    " + remedy);
  }
}
