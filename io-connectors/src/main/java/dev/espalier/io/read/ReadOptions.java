package dev.espalier.io.read;

import dev.espalier.io.storage.StorageOptions;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What to read and how. Immutable; a {@code with} method returns a changed copy. */
public final class ReadOptions implements Serializable {
  private static final long DEFAULT_SPLIT_BYTES = 64L << 20;

  private final String path;
  private final InputFormat format; // null: by extension
  private final List<String> idFields; // null: by position
  private final boolean integerIds;
  private final BadRow badRow;
  private final long splitBytes;
  private final StorageOptions storage;
  private final boolean pythonTexts;

  private ReadOptions(
      String path,
      InputFormat format,
      List<String> idFields,
      boolean integerIds,
      BadRow badRow,
      long splitBytes,
      StorageOptions storage,
      boolean pythonTexts) {
    this.path = path;
    this.format = format;
    this.idFields = List.copyOf(idFields);
    this.integerIds = integerIds;
    this.badRow = badRow;
    this.splitBytes = splitBytes;
    this.storage = storage;
    this.pythonTexts = pythonTexts;
  }

  /**
   * @param path a file, a directory (read with the directories in it) or a {@link
   *     dev.espalier.io.storage.Glob glob}
   */
  public static ReadOptions of(String path) {
    Objects.requireNonNull(path, "path");
    return new ReadOptions(
        path,
        null,
        List.of(),
        false,
        BadRow.FAIL,
        DEFAULT_SPLIT_BYTES,
        StorageOptions.defaults(),
        false);
  }

  /** Reads every file in this format, whatever its extension. */
  public ReadOptions withFormat(InputFormat format) {
    return new ReadOptions(
        path, format, idFields, integerIds, badRow, splitBytes, storage, pythonTexts);
  }

  /**
   * Takes the id of a row from this field. Without it the id is the row's place in its file, {@code
   * a.jsonl#17}, and a text file is read by one worker.
   */
  public ReadOptions withIdField(String idField) {
    return withIdFields(List.of(idField));
  }

  /**
   * The same with several fields. The id is then their texts with {@code /} between them, and
   * {@code \\} before each {@code /} and {@code \\} of a text.
   */
  public ReadOptions withIdFields(List<String> idFields) {
    return new ReadOptions(
        path, format, idFields, integerIds, badRow, splitBytes, storage, pythonTexts);
  }

  /**
   * Whether ids are integers of 64 bits, given as numbers or as text: {@code 007} and {@code 7} are
   * one id then. Default: false, an id is the text of its field.
   */
  public ReadOptions withIntegerIds(boolean integerIds) {
    return new ReadOptions(
        path, format, idFields, integerIds, badRow, splitBytes, storage, pythonTexts);
  }

  /** Default: {@link BadRow#FAIL}. */
  public ReadOptions withBadRow(BadRow badRow) {
    return new ReadOptions(
        path, format, idFields, integerIds, badRow, splitBytes, storage, pythonTexts);
  }

  /** Size of the pieces in which workers read a big JSON Lines file. Default: 64 MiB. */
  public ReadOptions withSplitBytes(long splitBytes) {
    if (splitBytes < 1) {
      throw new IllegalArgumentException("splitBytes must be at least 1, not " + splitBytes);
    }
    return new ReadOptions(
        path, format, idFields, integerIds, badRow, splitBytes, storage, pythonTexts);
  }

  public ReadOptions withStorage(StorageOptions storage) {
    return new ReadOptions(
        path, format, idFields, integerIds, badRow, splitBytes, storage, pythonTexts);
  }

  /**
   * Makes of Parquet's timestamps, times and bytes the texts that Python prints of them ({@code
   * 2024-01-31 10:20:30+00:00}, {@code b'\\xff'}), instead of ISO 8601 and Base64.
   */
  public ReadOptions withPythonTexts() {
    return new ReadOptions(path, format, idFields, integerIds, badRow, splitBytes, storage, true);
  }

  public String path() {
    return path;
  }

  public Optional<InputFormat> format() {
    return Optional.ofNullable(format);
  }

  /** None where an id is a place. */
  public List<String> idFields() {
    return idFields;
  }

  public boolean integerIds() {
    return integerIds;
  }

  public BadRow badRow() {
    return badRow;
  }

  public long splitBytes() {
    return splitBytes;
  }

  public StorageOptions storage() {
    return storage;
  }

  public boolean pythonTexts() {
    return pythonTexts;
  }
}
