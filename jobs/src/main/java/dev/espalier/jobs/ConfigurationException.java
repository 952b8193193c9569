package dev.espalier.jobs;

import dev.espalier.row.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with a configuration, found before any work. */
public final class ConfigurationException extends Exception {
  private final transient List<Problem> problems;

  public ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public ConfigurationException(String location, String message, String remedy) {
    this(List.of(new Problem(location, message, remedy)));
  }

  public List<Problem> problems() {
    return problems;
  }
}
