package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.yaml.NearestName;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes rows of what the readers find: gives ids and decides what becomes of bad rows. */
final class RowMaker {
  static final String MEND = "Mend the row";

  private final ReadOptions options;
  private final SourceFile file;

  RowMaker(ReadOptions options, SourceFile file) {
    this.options = options;
    this.file = file;
  }

  SourceFile file() {
    return file;
  }

  boolean idsArePositions() {
    return options.idFields().isEmpty();
  }

  /**
   * Where a row is.
   *
   * @param id the id it has if it has no other, such as {@code a.csv#17}
   * @param inFile what an error row's message begins with where the id does not tell the place
   * @param line finds the line for a person, such as {@code data/a.jsonl:17}; may read the file
   */
  record Position(String id, String inFile, LineFinder line) {
    Position(String id, LineFinder line) {
      this(id, "", line);
    }
  }

  /** Names a line when that is needed at last. */
  @FunctionalInterface
  interface LineFinder {
    String find() throws IOException;
  }

  /**
   * Makes a row.
   *
   * @param error why a field is not whole, if one is not; the id is kept if it is
   */
  Row row(Map<String, Object> fields, Position position, Optional<RowError> error)
      throws IOException {
    if (idsArePositions()) {
      return new Row(position.id(), fields, error);
    }
    List<String> names = options.idFields();
    Optional<String> problem =
        names.stream()
            .flatMap(name -> idProblem(name, fields.get(name), fields).stream())
            .findFirst();
    boolean isDamaged = names.stream().anyMatch(name -> damaged(fields.get(name)));
    if (problem.isEmpty() && !(error.isPresent() && isDamaged)) {
      return new Row(id(fields), fields, error);
    }
    if (error.isPresent()) {
      return new Row(position.id(), fields, error);
    }
    return bad(problem.get(), "", MEND, fields, position);
  }

  /** What is wrong with rows of these fields, all of them, if the id is not among them. */
  Optional<String> missingId(Collection<String> names) {
    return options.idFields().stream()
        .filter(field -> !names.contains(field))
        .map(field -> missing(field, names))
        .findFirst();
  }

  /**
   * A row that is none: an error row or a failure, as the options say.
   *
   * @param excerpt what stands there, for the failure's message; may be empty
   * @param remedy how to mend the row, for the failure's message
   */
  Row bad(
      String problem, String excerpt, String remedy, Map<String, Object> fields, Position position)
      throws IOException {
    if (options.badRow() == BadRow.ERROR_ROW) {
      RowError error = new RowError(RowError.BAD_ROW, position.inFile() + problem, "");
      return new Row(position.id(), fields, Optional.of(error));
    }
    throw new FileProblemException(
        position.line().find() + ": " + problem + (excerpt.isEmpty() ? "" : ": " + excerpt),
        remedy + ", or let bad rows become error rows");
  }

  private String id(Map<String, Object> fields) {
    List<String> names = options.idFields();
    return names.size() == 1
        ? id(fields.get(names.get(0)))
        : names.stream()
            .map(name -> fields.get(name).toString().replace("\\", "\\\\").replace("/", "\\/"))
            .collect(Collectors.joining("/"));
  }

  private String id(Object value) {
    return options.integerIds()
        ? Long.toString(Long.parseLong(value.toString()))
        : value.toString();
  }

  private Optional<String> idProblem(String field, Object value, Map<String, Object> fields) {
    if (!fields.containsKey(field)) {
      return Optional.of(missing(field, fields.keySet()));
    }
    if (value == null || value.equals("")) {
      return Optional.of("the id field \"" + field + "\" is empty");
    }
    if (value instanceof List || value instanceof Map) {
      return Optional.of("the id field \"" + field + "\" is a list or an object, not one value");
    }
    if (options.integerIds() && !isInteger(value)) {
      return Optional.of(
          "the id field \"" + field + "\" is \"" + value + "\", which is no integer of 64 bits");
    }
    return Optional.empty();
  }

  private static boolean isInteger(Object value) {
    try {
      return value instanceof Long || (value instanceof String text && parses(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean parses(String text) {
    return Long.toString(Long.parseLong(text)) != null;
  }

  /** Says that the id is none of {@code names}, and which of them may be meant. */
  static String missing(String field, Collection<String> names) {
    return "the id field \"%s\" is missing; there are %s%s"
        .formatted(field, names, NearestName.hint("; ", field, names));
  }

  private static boolean damaged(Object value) {
    return value instanceof String text && text.indexOf(Utf8.REPLACEMENT) >= 0;
  }
}
