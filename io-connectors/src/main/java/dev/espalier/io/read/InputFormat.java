package dev.espalier.io.read;

import java.util.Locale;
import java.util.Optional;

/** How rows are kept in a file. */
public enum InputFormat {
  /** One JSON object a line, UTF-8. */
  JSONL("JSON Lines"),
  /** RFC 4180 with a header, UTF-8. */
  CSV("CSV"),
  /** Apache Parquet. */
  PARQUET("Parquet");

  private final String title;

  InputFormat(String title) {
    this.title = title;
  }

  /** Its name in a sentence. */
  String title() {
    return title;
  }

  /** The format that the name of a file tells by its extension, compressed or not. */
  public static Optional<InputFormat> ofName(String name) {
    String plain = Compression.ofName(name).strip(name).toLowerCase(Locale.ROOT);
    if (plain.endsWith(".jsonl") || plain.endsWith(".ndjson")) {
      return Optional.of(JSONL);
    }
    if (plain.endsWith(".csv")) {
      return Optional.of(CSV);
    }
    return plain.endsWith(".parquet") ? Optional.of(PARQUET) : Optional.empty();
  }
}
