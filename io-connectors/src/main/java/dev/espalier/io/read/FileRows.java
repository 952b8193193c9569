package dev.espalier.io.read;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a file, or a part of it, was found to hold.
 *
 * @param label see {@link SourceFile#label}
 */
public record FileRows(String label, RowSum sum) implements Serializable {
  /** The sums of whole files, by label, of those of their parts. */
  public static Map<String, RowSum> byFile(Iterable<FileRows> parts) {
    Map<String, RowSum> sums = new TreeMap<>();
    for (FileRows part : parts) {
      sums.merge(part.label, part.sum, RowSum::plus);
    }
    return sums;
  }
}
