package dev.espalier.engine.constrain.schema;

import java.util.List;
import java.util.stream.Collectors;

/** A schema that is malformed, or that asks for something that is not supported. */
public final class SchemaException extends RuntimeException {
  private final String pointer;
  private final String problem;
  private final int position;

  SchemaException(String pointer, String problem) {
    super("at #" + pointer + ": " + problem);
    this.pointer = pointer;
    this.problem = problem;
    this.position = -1;
  }

  /** All of {@code problems}, which is not empty; the place is that of the first. */
  SchemaException(List<SchemaException> problems) {
    super(problems.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")));
    this.pointer = problems.get(0).pointer;
    this.problem = problems.size() == 1 ? problems.get(0).problem : getMessage();
    this.position = -1;
  }

  /**
   * A text that is no JSON.
   *
   * @param position index of the first UTF-16 unit at fault, or -1
   */
  SchemaException(String message, int position, Throwable cause) {
    super(message, cause);
    this.pointer = "";
    this.problem = message;
    this.position = position;
  }

  /** JSON pointer of the keyword at fault. */
  public String pointer() {
    return pointer;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }

  /** Index into {@code schema}, the text, of the first UTF-16 unit at fault. */
  public int positionIn(String schema) {
    return position >= 0 ? position : SchemaDocument.positionOf(pointer, schema);
  }
}
