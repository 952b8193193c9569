package dev.espalier.eval.twin;

import dev.espalier.jinja.PythonText;
import java.util.List;

/** Families whose functions choose the documents of one subject. */
final class SubjectTwins {
  private SubjectTwins() {}

  static List<TwinModule> modules() {
    return List.of();
  }

  /** Documents whose column has this value. */
  static DocumentsFunction only(String column, String value) {
    return documents ->
        documents.stream()
            .filter(document -> PythonText.areEqual(Columns.any(document, column), value))
            .toList();
  }
}
