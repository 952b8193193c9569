package dev.espalier.program.source;

import dev.espalier.program.RowException;
import dev.espalier.row.RowError;
import dev.espalier.yaml.NearestName;
import java.util.Map;
import java.util.stream.Collectors;

/** Says which field of a row is missing or null. */
final class MissingField {
  /** Of a row with more fields the others are not listed. */
  private static final int MOST_LISTED = 30;

  private MissingField() {}

  /**
   * @param path {@code row} and the names of a field, and of fields in it
   */
  static RowException of(Map<String, Object> fields, String[] path) {
    Object at = fields;
    StringBuilder walked = new StringBuilder();
    for (int i = 1; i < path.length; i++) {
      if (!(at instanceof Map<?, ?> map)) {
        return error("the field \"" + walked + "\" has no \"" + path[i] + "\"");
      } else if (!map.containsKey(path[i])) {
        String what = i == 1 ? "the row" : "the field \"" + walked + "\"";
        return error(
            what
                + " has no "
                + (i == 1 ? "field " : "")
                + "\""
                + path[i]
                + "\"; it has "
                + listed(map)
                + NearestName.hint(
                    "; ",
                    path[i],
                    map.keySet().stream().map(String::valueOf).collect(Collectors.toList())));
      }
      at = map.get(path[i]);
      walked.append(i == 1 ? "" : ".").append(path[i]);
      if (at == null) {
        return error(
            "the field \"" + walked + "\" is null; use `default('…', true)` where it may be");
      }
    }
    return error("the field \"" + walked + "\" cannot be used here");
  }

  private static String listed(Map<?, ?> fields) {
    String names =
        fields.keySet().stream()
            .limit(MOST_LISTED)
            .map(String::valueOf)
            .collect(Collectors.joining(", "));
    int more = fields.size() - MOST_LISTED;
    return names + (more > 0 ? " and " + more + " more" : "");
  }

  private static RowException error(String message) {
    return new RowException(RowError.MISSING_FIELD, message);
  }
}
