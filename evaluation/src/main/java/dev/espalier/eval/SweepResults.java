package dev.espalier.eval;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a finished sweep left, as {@code compare} and {@code report} read it. Thread-safe. */
public interface SweepResults {

  /** The sweep's name. */
  String name();

  /** In the sweep's order. */
  List<CellResult> cells();

  /** Groups of tasks that the sweep names, those that hold others first. */
  List<TaskGroup> groups();

  /**
   * A cell's samples in the order of documents, and for each document of filters. The stream is to
   * be closed.
   *
   * @throws IOException if they cannot be read, naming the file
   */
  Stream<Sample> samples(Cell cell) throws IOException;

  /**
   * Combinations that the sweep names: what each chooses, by axis, of which {@code model} and
   * {@code task} may be two.
   */
  default Map<String, Map<String, String>> names() {
    return Map.of();
  }
}
