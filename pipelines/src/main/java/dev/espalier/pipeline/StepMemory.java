package dev.espalier.pipeline;

import dev.espalier.row.StepRecord;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Results of steps from earlier runs, by the rows that asked for them. What it lacks is computed
 * again.
 */
public interface StepMemory extends Serializable {

  /**
   * Names what of the model decides a result: two memories of one identity hold results of the same
   * model, computed in the same way.
   */
  String identity();

  /** Pieces in which rows meet their steps. */
  int buckets();

  /** The piece of a row, from 0. */
  int bucketOf(String rowId);

  /** Opens a piece. */
  Bucket open(int bucket) throws IOException;

  /** One piece. For one thread. */
  interface Bucket extends Closeable {
    /**
     * The steps of a row; none if nothing is known of it.
     *
     * @param rowId after the one that was asked for before, by {@link String#compareTo}
     */
    List<StepRecord> of(String rowId) throws IOException;
  }
}
