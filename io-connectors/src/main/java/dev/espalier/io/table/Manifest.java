package dev.espalier.io.table;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.ValueType;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What belongs to a complete table. It holds no time and no machine: the same job writes the same
 * bytes.
 *
 * @param format of this file: {@link #FORMAT}, or 1, whose fingerprint is of the input too
 * @param fingerprint of the job
 * @param input {@link dev.espalier.io.read.RowSum#hash} of its rows; empty if nobody told
 * @param columns between {@code id} and the error, in order
 * @param rows in all files
 * @param errors number of error rows by code
 * @param firstErrors the error row of the lowest id, by code
 * @param generation how many tables this one replaced here, one after the other; its files' names
 *     tell it
 */
@JsonPropertyOrder({
  "format",
  "fingerprint",
  "input",
  "generation",
  "rows",
  "errors",
  "firstErrors",
  "columns",
  "files"
})
public record Manifest(
    int format,
    String fingerprint,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String input,
    long rows,
    SortedMap<String, Long> errors,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, FirstError> firstErrors,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int generation,
    List<ColumnEntry> columns,
    List<DataFile> files)
    implements Serializable {
  /** The version of the manifest and of the way rows are laid out in files. */
  public static final int FORMAT = 2;

  private static final int WITHOUT_INPUT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * A column of the table.
   *
   * @param type {@code STRING}, {@code INTEGER}, {@code NUMBER} or {@code BOOLEAN}; another one in
   *     the notation of Parquet schemas
   */
  @JsonPropertyOrder({"name", "type"})
  public record ColumnEntry(String name, String type) implements Serializable {
    static ColumnEntry of(TableSchema.Stored column) {
      for (ValueType.Scalar scalar : ValueType.Scalar.values()) {
        if (ParquetSchema.of(scalar).equals(column.type())) {
          return new ColumnEntry(column.name(), scalar.name());
        }
      }
      return new ColumnEntry(column.name(), column.type().toString());
    }
  }

  /**
   * A file of the table.
   *
   * @param name in the table's directory
   * @param sha256 hexadecimal
   */
  @JsonPropertyOrder({"name", "rows", "bytes", "sha256"})
  public record DataFile(String name, long rows, long bytes, String sha256)
      implements Serializable {
    public DataFile {
      Objects.requireNonNull(sha256, "sha256");
      if (name.contains("/")) {
        throw new IllegalArgumentException("not a name in the table's directory: " + name);
      }
    }
  }

  /**
   * An error row.
   *
   * @param message its first {@link #MAX_MESSAGE} characters
   */
  @JsonPropertyOrder({"id", "step", "message"})
  public record FirstError(String id, String step, String message) implements Serializable {
    /** Longer messages are cut here; the table has them whole. */
    public static final int MAX_MESSAGE = 500;

    public FirstError {
      if (message.length() > MAX_MESSAGE) {
        int end = Character.isHighSurrogate(message.charAt(MAX_MESSAGE - 1)) ? 1 : 0;
        message = message.substring(0, MAX_MESSAGE - end);
      }
    }

    /** The one that comes first in the table. */
    FirstError min(FirstError other) {
      return RowOrder.byText(id, other.id) <= 0 ? this : other;
    }
  }

  public Manifest {
    if (format != FORMAT && format != WITHOUT_INPUT) {
      throw new IllegalArgumentException("format " + format + " is unknown; this is " + FORMAT);
    }
    input = input == null ? "" : input;
    Objects.requireNonNull(fingerprint, "fingerprint");
    errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
    firstErrors =
        firstErrors == null
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(firstErrors));
    columns = List.copyOf(columns);
    files = List.copyOf(files);
  }

  /** Number of error rows. */
  public long failedRows() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether the fingerprint tells the input as well: no version has written such since. */
  public boolean fingerprintTellsInput() {
    return format == WITHOUT_INPUT;
  }

  /** Whether the rows are the same to the byte; the names of the files may differ. */
  public boolean hasContentOf(Manifest other) {
    return named(other.generation, other.files.stream().map(DataFile::name).toList()).equals(other);
  }

  /** The same table as if it had replaced none. */
  Manifest ofFirstGeneration(List<String> names) {
    return named(0, names);
  }

  private Manifest named(int otherGeneration, List<String> names) {
    if (names.size() != files.size()) {
      return this;
    }
    List<DataFile> renamed = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      DataFile file = files.get(i);
      renamed.add(new DataFile(names.get(i), file.rows(), file.bytes(), file.sha256()));
    }
    return new Manifest(
        format, fingerprint, input, rows, errors, firstErrors, otherGeneration, columns, renamed);
  }

  /** The manifest of the complete table in a directory, empty if there is none. */
  public static Optional<Manifest> read(String table, StorageOptions storage) throws IOException {
    return readFile(storage.open(table), new TableLayout(table).manifest());
  }

  /**
   * @throws FileProblemException if there is a file that is no manifest
   */
  static Optional<Manifest> readFile(Storage storage, String path) throws IOException {
    if (storage.find(path).isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = storage.input(path).newStream()) {
      return Optional.of(JSON.readValue(in.readAllBytes(), Manifest.class));
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty(); // gone since it was found: another commit ended
    } catch (JsonProcessingException e) {
      throw new FileProblemException(
          path + place(e) + ": not a manifest that this version can read",
          "Remove it to have the table written again",
          e);
    }
  }

  private static String place(JsonProcessingException problem) {
    JsonLocation at = problem.getLocation();
    return at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
  }

  byte[] toJson() {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    try {
      String text = JSON.writer(printer).writeValueAsString(this) + "\n";
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is always JSON", e);
    }
  }
}
