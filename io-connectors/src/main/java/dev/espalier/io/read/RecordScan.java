package dev.espalier.io.read;

import dev.espalier.row.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads an input in this process, one row after the other, in the order of its files. */
public final class RecordScan {
  private RecordScan() {}

  /**
   * Hands every row to {@code rows}.
   *
   * @throws dev.espalier.io.FileProblemException if a file is not what it should be
   */
  public static void forEach(ReadOptions options, Consumer<Row> rows) throws IOException {
    forFirst(options, Long.MAX_VALUE, rows);
  }

  /**
   * Hands every row to {@code rows}, on all cores and in no order.
   *
   * @throws dev.espalier.io.FileProblemException if a file is not what it should be
   */
  public static void forEachOnAllCores(ReadOptions options, Consumer<Row> rows) throws IOException {
    List<InputSplit> splits = new ArrayList<>();
    for (SourceFile file : SourceFiles.list(options).files()) {
      splits.addAll(InputSplit.of(file, options));
    }
    try {
      splits.parallelStream().forEach(split -> forEach(split, options, rows));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void forEach(InputSplit split, ReadOptions options, Consumer<Row> rows) {
    try (RowReader reader = RowReader.open(split, options)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.accept(row.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Hands the first {@code most} rows to {@code rows}, and reads no further.
   *
   * @throws dev.espalier.io.FileProblemException if a file is not what it should be
   */
  static void forFirst(ReadOptions options, long most, Consumer<Row> rows) throws IOException {
    long left = most;
    for (SourceFile file : SourceFiles.list(options).files()) {
      if (left == 0) {
        return;
      }
      try (RowReader reader = RowReader.open(InputSplit.whole(file), options)) {
        Optional<Row> row = reader.next();
        while (row.isPresent()) {
          rows.accept(row.get());
          left--;
          row = left == 0 ? Optional.empty() : reader.next();
        }
      }
    }
  }
}
