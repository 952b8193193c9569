package dev.espalier.io.table;

import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A shard that was written but not yet committed.
 *
 * @param temporaryPath where it lies
 * @param sha256 of its bytes, hexadecimal
 * @param errors number of error rows by code
 * @param firstErrors the error row of the lowest id, by code
 */
record ShardFile(
    int shard,
    String temporaryPath,
    long rows,
    long bytes,
    String sha256,
    SortedMap<String, Long> errors,
    SortedMap<String, Manifest.FirstError> firstErrors)
    implements Serializable {
  ShardFile {
    errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
    firstErrors = Collections.unmodifiableSortedMap(new TreeMap<>(firstErrors));
  }
}
