package dev.espalier.io.table;

import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A shard that was written but not yet committed, or one of the table before that holds the same.
 *
 * @param path where it lies
 * @param keptPath where the {@link KeptRows} of it lie
 * @param keptSha256 of the bytes there, hexadecimal
 * @param isFormer whether it belongs to the table before
 * @param rows how many it has
 * @param sha256 of its bytes, hexadecimal
 * @param content see {@link PartList.Part#content}
 * @param errors number of error rows by code
 * @param firstErrors the error row of the lowest id, by code
 */
record ShardFile(
    int shard,
    String path,
    String keptPath,
    String keptSha256,
    boolean isFormer,
    long rows,
    long bytes,
    String sha256,
    String content,
    SortedMap<String, Long> errors,
    SortedMap<String, Manifest.FirstError> firstErrors)
    implements Serializable {
  ShardFile {
    errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
    firstErrors = Collections.unmodifiableSortedMap(new TreeMap<>(firstErrors));
  }

  PartList.Part part(String name) {
    return new PartList.Part(name, content, rows, bytes, sha256, keptSha256, errors, firstErrors);
  }
}
