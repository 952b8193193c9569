package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.parquet.ParquetFile;
import dev.espalier.io.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a file that one worker reads.
 *
 * @param start of Parquet, the index of the first row group; of JSON Lines, a byte offset: the
 *     split has the lines that begin in it; of CSV 0
 * @param end exclusive, in the unit of {@code start}; {@link Long#MAX_VALUE} for the rest of a file
 */
record InputSplit(SourceFile file, long start, long end) implements Serializable {

  static InputSplit whole(SourceFile file) {
    return new InputSplit(file, 0, Long.MAX_VALUE);
  }

  /** The splits of a file, which together hold each of its rows once. */
  static List<InputSplit> of(SourceFile file, ReadOptions options) throws IOException {
    return switch (file.format()) {
      case CSV -> List.of(whole(file));
      case JSONL -> byBytes(file, options);
      case PARQUET -> byRowGroups(file, options);
    };
  }

  private static List<InputSplit> byBytes(SourceFile file, ReadOptions options) {
    // Ids by line number need all lines before.
    if (file.compression() != Compression.NONE || options.idFields().isEmpty()) {
      return List.of(whole(file));
    }
    List<InputSplit> splits = new ArrayList<>();
    for (long start = 0; start < file.bytes(); start += options.splitBytes()) {
      boolean last = start + options.splitBytes() >= file.bytes();
      splits.add(new InputSplit(file, start, last ? Long.MAX_VALUE : start + options.splitBytes()));
    }
    return splits;
  }

  private static List<InputSplit> byRowGroups(SourceFile file, ReadOptions options)
      throws IOException {
    Storage storage = options.storage().open(file.path());
    List<InputSplit> splits = new ArrayList<>();
    try (var reader = ParquetFile.open(file.path(), storage.input(file.path()))) {
      for (int group = 0; group < reader.rowGroups(); group++) {
        splits.add(new InputSplit(file, group, group + 1L));
      }
    } catch (IOException e) {
      throw FileProblemException.unreadable(file.path(), e);
    }
    return splits;
  }
}
