package dev.espalier.io.parquet;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.parquet.ColumnStructure.Group;
import java.util.HashMap;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;

/** The pages of one row group, to be read once. Not thread-safe. */
public final class RowGroupPages implements PageReadStore {
  private final ParquetFile file;
  private final int number;
  private final long rows;
  private final Map<ColumnDescriptor, ColumnPages> pages;

  RowGroupPages(ParquetFile file, int number, long rows, Map<ColumnDescriptor, ColumnPages> pages) {
    this.file = file;
    this.number = number;
    this.rows = rows;
    this.pages = pages;
  }

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    return pages.get(column);
  }

  @Override
  public long getRowCount() {
    return rows;
  }

  /**
   * Holds the columns against each other, once all rows were read.
   *
   * @throws FileProblemException if they do not belong to the same rows
   */
  public void checkEnd() throws FileProblemException {
    Map<String, ColumnDescriptor> firstOfGroup = new HashMap<>();
    for (Map.Entry<ColumnDescriptor, ColumnPages> entry : pages.entrySet()) {
      ColumnDescriptor column = entry.getKey();
      ColumnStructure structure = entry.getValue().structure();
      while (entry.getValue().readPage() != null) {
        // Its levels are counted.
      }
      if (structure.rows() != rows) {
        throw problem(column, "its levels make %s rows of %s".formatted(structure.rows(), rows));
      }
      for (int i = 0; i < structure.groups().size(); i++) {
        Group group = structure.groups().get(i);
        ColumnDescriptor first = firstOfGroup.putIfAbsent(group.path(), column);
        if (first != null && sum(first, group.path()) != structure.sum(i)) {
          throw problem(
              column,
              "it disagrees with \"%s\" about where \"%s\" is"
                  .formatted(String.join(".", first.getPath()), group.path()));
        }
      }
    }
  }

  private long sum(ColumnDescriptor column, String group) {
    ColumnStructure structure = pages.get(column).structure();
    for (int i = 0; i < structure.groups().size(); i++) {
      if (structure.groups().get(i).path().equals(group)) {
        return structure.sum(i);
      }
    }
    throw new IllegalStateException(group);
  }

  private FileProblemException problem(ColumnDescriptor column, String problem) {
    return file.damaged(number, String.join(".", column.getPath()), problem, null);
  }
}
