package dev.espalier.engine.cuda;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Steps that make the driver take what steps need besides the buffers that are allocated for them:
 * code and local memory of kernels, and captured graphs. What is free after them is for keys and
 * values. Their sequences all consist of token 0 and lie in the same few pages, where they write
 * the same values.
 */
final class WarmUp {
  /** Left free for kernels that no warm-up step ran, and for uploads that grow. */
  static final long MARGIN_BYTES = 256L << 20;

  /** Graphs of one size: with and without attention for many queries, with and without merging. */
  private static final int VARIANTS = 4;

  private static final int PROMPT_TOKENS = 256;

  // Several splits of attention, so that there is something to share and to merge.
  private static final int CONTEXT = 4 * AttentionPlanner.SPLIT;

  private final int rows;
  private final int pageSize;

  /**
   * @param rows most tokens of a step
   */
  WarmUp(int rows, int pageSize) {
    this.rows = rows;
    this.pageSize = pageSize;
  }

  /** Pages that the steps need. */
  int pages() {
    return PROMPT_TOKENS / pageSize;
  }

  /** Prompts of as many tokens as a step may have: it is launched kernel by kernel. */
  BatchLayout prompts() {
    List<Slice> slices =
        IntStream.iterate(0, first -> first < rows, first -> first + PROMPT_TOKENS)
            .mapToObj(first -> slice(0, Math.min(PROMPT_TOKENS, rows - first)))
            .toList();
    return layout(slices);
  }

  /** A step for each size that is captured, the largest first. */
  List<BatchLayout> decodes() {
    return StepShape.buckets(rows).stream()
        .sorted(Comparator.reverseOrder())
        .map(size -> layout(IntStream.range(0, size).mapToObj(i -> slice(CONTEXT - 1, 1)).toList()))
        .toList();
  }

  private Slice slice(int start, int count) {
    int[] numbers =
        IntStream.rangeClosed(0, (start + count - 1) / pageSize).map(i -> i % pages()).toArray();
    return new Slice(new int[count], start, numbers, List.of(new Output(count - 1, -1, 0, null)));
  }

  private BatchLayout layout(List<Slice> slices) {
    return BatchLayout.of(new ForwardBatch(List.of(), slices), 1, pageSize, pages(), null);
  }

  /** What a user reads about a warm-up. */
  static String report(String device, double seconds, long free, long budget) {
    return String.format(
        Locale.ROOT,
        "%.2f GB of %.2f GB free on %s are for keys and values, after a warm-up of %.2f s",
        budget / 1e9,
        free / 1e9,
        device,
        seconds);
  }

  /**
   * Bytes for keys and values.
   *
   * @param free after the steps
   * @param used by the steps' own pages, which are given back
   * @param graphs that the graphs of all sizes took, in one of their variants
   * @return at least 0
   */
  static long budget(long free, long used, long graphs) {
    return Math.max(0, free + used - MARGIN_BYTES - (VARIANTS - 1) * Math.max(0, graphs));
  }
}
