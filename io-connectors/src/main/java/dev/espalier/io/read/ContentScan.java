package dev.espalier.io.read;

import dev.espalier.row.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads files in this process, on all cores, to see what rows they hold. */
public final class ContentScan {
  private ContentScan() {}

  /**
   * The sums of the rows of {@code files}, by label.
   *
   * @throws dev.espalier.io.FileProblemException if a file is not what it should be
   */
  public static Map<String, RowSum> of(List<SourceFile> files, ReadOptions options)
      throws IOException {
    List<InputSplit> splits = new ArrayList<>();
    for (SourceFile file : files) {
      splits.addAll(InputSplit.of(file, options));
    }
    try {
      return FileRows.byFile(
          splits.parallelStream()
              .map(split -> new FileRows(split.file().label(), sum(split, options)))
              .toList());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static RowSum sum(InputSplit split, ReadOptions options) {
    RowSum sum = RowSum.NONE;
    try (RowReader reader = RowReader.open(split, options)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        sum = sum.plus(RowSum.of(row.get()));
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
