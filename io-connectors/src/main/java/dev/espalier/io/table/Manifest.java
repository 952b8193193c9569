package dev.espalier.io.table;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
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
 * @param format of this file, {@link #FORMAT}
 * @param fingerprint of the job
 * @param columns between {@code id} and the error, in order
 * @param rows in all files
 * @param errors number of error rows by code
 */
@JsonPropertyOrder({"format", "fingerprint", "rows", "errors", "columns", "files"})
public record Manifest(
    int format,
    String fingerprint,
    long rows,
    SortedMap<String, Long> errors,
    List<ColumnEntry> columns,
    List<DataFile> files)
    implements Serializable {
  /** The version of the manifest and of the way rows are laid out in files. */
  public static final int FORMAT = 1;

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

  public Manifest {
    if (format != FORMAT) {
      throw new IllegalArgumentException("format " + format + " is unknown; this is " + FORMAT);
    }
    Objects.requireNonNull(fingerprint, "fingerprint");
    errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
    columns = List.copyOf(columns);
    files = List.copyOf(files);
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
          path + ": not a manifest: " + e.getOriginalMessage(),
          "Remove it to have the table written again",
          e);
    }
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
