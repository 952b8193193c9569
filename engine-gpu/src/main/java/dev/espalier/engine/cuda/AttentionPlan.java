package dev.espalier.engine.cuda;

import java.util.List;

/**
 * How the attention of a step is divided among blocks. Says nothing about an order of sums: any
 * plan gives the same bits.
 *
 * @param few items of at most 16 rows (a query and a head each)
 * @param many items of at most 64 rows
 * @param rowList rows of the step that the items refer to
 * @param partialBase for each row, the number of the partial result of its split 0, if it has any
 * @param mergeFirst for each row, the first split that has a partial result
 * @param mergeSplits for each row, the splits that are merged; 0 if its item left nothing
 * @param partials partial results of all rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
record AttentionPlan(
    List<AttentionItem> few,
    List<AttentionItem> many,
    int[] rowList,
    int[] partialBase,
    int[] mergeFirst,
    int[] mergeSplits,
    int partials) {

  boolean merges() {
    return partials > 0;
  }
}
