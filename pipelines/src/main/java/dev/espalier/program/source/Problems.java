package dev.espalier.program.source;

import dev.espalier.row.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.Node;

/** Collects what is wrong with the files of a program. */
final class Problems {
  private record Entry(int file, int line, int column, Problem problem) {}

  private final List<String> files = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();

  void add(String file, Node node, String message, String remedy) {
    add(file, node.getStartMark(), message, remedy);
  }

  void add(String file, Mark mark, String message, String remedy) {
    add(file, mark.getLine() + 1, mark.getColumn() + 1, message, remedy);
  }

  /**
   * @param line from 1
   * @param column from 1
   */
  void add(String file, int line, int column, String message, String remedy) {
    if (!files.contains(file)) {
      files.add(file);
    }
    String location = file + ":" + line + ":" + column;
    entries.add(
        new Entry(files.indexOf(file), line, column, new Problem(location, message, remedy)));
  }

  /**
   * @throws InvalidProgramException with all problems, in the order of the files, if there are any
   */
  void throwIfAny() {
    if (!entries.isEmpty()) {
      throw new InvalidProgramException(
          entries.stream()
              .sorted(
                  Comparator.comparingInt(Entry::file)
                      .thenComparingInt(Entry::line)
                      .thenComparingInt(Entry::column))
              .map(Entry::problem)
              .toList());
    }
  }
}
