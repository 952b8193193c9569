package dev.espalier.yaml;

/**
 * One thing that is wrong with a YAML text.
 *
 * @param message what is wrong
 * @param remedy what to do about it
 */
public record YamlProblem(YamlPlace place, String message, String remedy) {
  @Override
  public String toString() {
    return place + ": " + message + (remedy.isEmpty() ? "" : "\n    " + remedy);
  }
}
