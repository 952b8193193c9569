package dev.espalier.engine.cuda;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import java.nio.IntBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a step's kernels read of the host, written down as ints in one piece. The parts keep their
 * places from step to step, so that captured launches stay valid, until one of them grows: {@link
 * #generation} counts that.
 */
final class StepImage {

  /** The parts, each an array of ints. */
  enum Part {
    /** Items for few queries, items for many. */
    COUNTS,
    TOKENS,
    POSITIONS,
    /** Where the page numbers of a row begin, -1 for a row that only fills up a launch. */
    ROW_PAGES,
    PARTIAL_BASE,
    MERGE_FIRST,
    MERGE_SPLITS,
    OUTPUT_ROWS,
    COPIES,
    FEW_ITEMS,
    MANY_ITEMS,
    ROW_LIST,
    PAGE_TABLE
  }

  static final int FEW_COUNT = 0;
  static final int MANY_COUNT = 1;

  private static final int ALIGNMENT = 64; // ints

  private final Map<Part, Integer> capacities = new EnumMap<>(Part.class); // ints
  private final Map<Part, Integer> offsets = new EnumMap<>(Part.class); // ints
  private IntBuffer content;
  private int size;
  private int end;
  private int generation;

  /**
   * @param rows most rows of a step
   */
  StepImage(int rows) {
    for (Part part : Part.values()) {
      capacities.put(
          part,
          switch (part) {
            case COUNTS -> 2;
            case FEW_ITEMS -> 2 * rows * AttentionItem.INTS;
            case MANY_ITEMS -> rows * AttentionItem.INTS;
            case ROW_LIST -> 4 * rows;
            case PAGE_TABLE -> 64 * rows;
            default -> rows;
          });
    }
    place();
  }

  private void place() {
    int offset = 0;
    for (Part part : Part.values()) {
      offsets.put(part, offset);
      offset = Math.addExact(offset, Panels.roundUp(capacities.get(part), ALIGNMENT));
    }
    size = offset;
    generation++;
  }

  /**
   * Makes room for a step; parts move if one has too little.
   *
   * @param rows of the launches
   */
  void reserve(BatchLayout step, AttentionPlan plan, int rows) {
    int pages = 0;
    for (ForwardBatch.Slice slice : step.batch().slices()) {
      pages += slice.pages().length;
    }
    boolean grew = reserve(Part.FEW_ITEMS, plan.few().size() * AttentionItem.INTS);
    grew |= reserve(Part.MANY_ITEMS, plan.many().size() * AttentionItem.INTS);
    grew |= reserve(Part.ROW_LIST, plan.rowList().length);
    grew |= reserve(Part.OUTPUT_ROWS, Math.max(rows, step.outputs()));
    grew |= reserve(Part.COPIES, 3 * step.batch().copies().size());
    grew |= reserve(Part.PAGE_TABLE, pages);
    if (grew) {
      place();
    }
  }

  private boolean reserve(Part part, int ints) {
    boolean grows = ints > capacities.get(part);
    if (grows) {
      capacities.put(part, Math.multiplyExact(2, ints));
    }
    return grows;
  }

  /**
   * Writes down a step for which there is {@linkplain #reserve room}.
   *
   * @param rows of the launches, at least those of the step; the rest only fills them up
   * @param to room for {@link #size} ints, written from index 0 on
   */
  void write(BatchLayout step, AttentionPlan plan, int rows, IntBuffer to) {
    List<ForwardBatch.Slice> slices = step.batch().slices();
    content = to;
    put(Part.TOKENS, step.tokens(), step.rows());
    put(Part.POSITIONS, step.positions(), step.rows());
    put(Part.PARTIAL_BASE, plan.partialBase(), step.rows());
    put(Part.MERGE_FIRST, plan.mergeFirst(), step.rows());
    put(Part.MERGE_SPLITS, plan.mergeSplits(), step.rows());
    put(Part.OUTPUT_ROWS, step.outputRows(), step.outputs());
    put(Part.ROW_LIST, plan.rowList(), plan.rowList().length);
    int[] slicePages = new int[slices.size()];
    int page = 0;
    for (int s = 0; s < slices.size(); s++) {
      slicePages[s] = page;
      for (int row = step.firstRows()[s]; row < step.firstRows()[s + 1]; row++) {
        put(Part.ROW_PAGES, row, page);
      }
      int[] numbers = slices.get(s).pages();
      put(Part.PAGE_TABLE, page, numbers, numbers.length);
      page += numbers.length;
    }
    end = offsets.get(Part.PAGE_TABLE) + page;
    for (int row = step.rows(); row < rows; row++) {
      put(Part.TOKENS, row, 0);
      put(Part.POSITIONS, row, 0);
      put(Part.ROW_PAGES, row, -1);
      put(Part.MERGE_SPLITS, row, 0);
    }
    for (int output = step.outputs(); output < rows; output++) {
      put(Part.OUTPUT_ROWS, output, 0);
    }
    putItems(Part.FEW_ITEMS, plan.few(), slicePages);
    putItems(Part.MANY_ITEMS, plan.many(), slicePages);
    put(Part.COUNTS, FEW_COUNT, plan.few().size());
    put(Part.COUNTS, MANY_COUNT, plan.many().size());
    int copy = 0;
    for (ForwardBatch.PageCopy c : step.batch().copies()) {
      put(Part.COPIES, copy++, c.fromPage());
      put(Part.COPIES, copy++, c.toPage());
      put(Part.COPIES, copy++, c.tokens());
    }
  }

  private void put(Part part, int index, int value) {
    content.put(offsets.get(part) + index, value);
  }

  private void put(Part part, int[] values, int count) {
    put(part, 0, values, count);
  }

  private void put(Part part, int from, int[] values, int count) {
    content.put(offsets.get(part) + from, values, 0, count);
  }

  private void putItems(Part part, List<AttentionItem> items, int[] slicePages) {
    int i = 0;
    for (AttentionItem item : items) {
      put(part, i++, slicePages[item.slice()]);
      put(part, i++, item.firstRow());
      put(part, i++, item.rowCount());
      put(part, i++, item.firstSplit());
      put(part, i++, item.endSplit());
      put(part, i++, item.keys());
      put(part, i++, item.partial() ? 1 : 0);
      put(part, i++, 0);
    }
  }

  /** Ints of all parts. */
  int size() {
    return size;
  }

  /** Ints that the last {@link #write} used, from the beginning. */
  int end() {
    return end;
  }

  /** Where a part begins, in ints. */
  int offset(Part part) {
    return offsets.get(part);
  }

  /** Changes when parts move. */
  int generation() {
    return generation;
  }
}
