package dev.espalier.jobs;

import dev.espalier.io.read.ContentScan;
import dev.espalier.io.read.InputList;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RowSum;
import dev.espalier.io.read.SourceFile;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableLayout;
import dev.espalier.io.table.WriteOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether a table is that of the input there is now. Asks the file system first: a file that
 * looks as it did when it was read is not read again. Of the others the rows are compared, once.
 * For one thread.
 */
final class InputComparison implements OutputCheck.InputTest {
  private static final Logger LOG = LoggerFactory.getLogger(InputComparison.class);

  private final ReadOptions options;
  private final List<SourceFile> files;
  private final WriteOptions place;
  private final boolean readsAll;
  private final boolean lengthsTell;
  private final boolean keeps;
  private Map<String, RowSum> sums; // null before they are needed

  /**
   * @param files of the input
   * @param place of the table
   * @param readsAll whether files are read however they look
   * @param lengthsTell whether a file of another length is another input, unread; its rows may be
   *     the same
   * @param keeps whether it may write down how they look
   */
  InputComparison(
      ReadOptions options,
      List<SourceFile> files,
      WriteOptions place,
      boolean readsAll,
      boolean lengthsTell,
      boolean keeps) {
    this.options = options;
    this.files = List.copyOf(files);
    this.place = place;
    this.readsAll = readsAll;
    this.lengthsTell = lengthsTell;
    this.keeps = keeps;
  }

  /** The files of the input, as the file system listed them. */
  List<SourceFile> files() {
    return files;
  }

  @Override
  public boolean isOfInput(Manifest table) throws IOException {
    if (table.fingerprintTellsInput() || table.input().isEmpty()) {
      return true; // its fingerprint was compared, or there is nothing to compare
    }
    String path = new TableLayout(place.path()).input();
    Storage storage = place.storage().open(path);
    boolean asListed = true;
    if (sums == null) {
      Map<String, RowSum> found = new TreeMap<>();
      if (!readsAll) {
        Optional<InputList> list = InputList.read(storage, path);
        if (lengthsTell && list.isPresent() && list.get().hasOtherLength(files)) {
          return false;
        }
        list.ifPresent(known -> found.putAll(known.known(files)));
      }
      List<SourceFile> other =
          files.stream().filter(file -> !found.containsKey(file.label())).toList();
      asListed = other.isEmpty();
      found.putAll(ContentScan.of(other, options));
      sums = found;
    }
    boolean same =
        sums.values().stream().reduce(RowSum.NONE, RowSum::plus).hash().equals(table.input());
    if (same && !asListed && keeps) {
      keep(storage, path);
    }
    return same;
  }

  /** So that the next run need not read them. */
  private void keep(Storage storage, String path) {
    try {
      Optional<InputList> list = InputList.of(files, sums);
      if (list.isPresent()) {
        list.get().write(storage, path);
      }
    } catch (IOException e) {
      LOG.debug("{}: the list of the input was not kept", path, e);
    }
  }
}
