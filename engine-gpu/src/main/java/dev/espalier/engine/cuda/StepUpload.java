package dev.espalier.engine.cuda;

import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepLayout;
import java.nio.IntBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUstream;

/**
 * What a step's kernels read of the host, in one piece of device memory that is copied at once. The
 * parts keep their places from step to step, so that captured launches stay valid, until one of
 * them grows: {@link #generation} counts that.
 */
final class StepUpload implements AutoCloseable {

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
  private final UploadBuffers buffers = new UploadBuffers("the data of a step");
  private IntBuffer content; // of the buffer whose turn it is
  private int end;
  private int generation;

  /**
   * @param rows most rows of a step
   */
  StepUpload(int rows) {
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
    allocate();
  }

  private void allocate() {
    int offset = 0;
    for (Part part : Part.values()) {
      offsets.put(part, offset);
      offset += Panels.roundUp(capacities.get(part), ALIGNMENT);
    }
    generation++;
    buffers.allocate(Math.multiplyExact(offset, Integer.BYTES));
  }

  private void reserve(Part part, int ints) {
    if (ints > capacities.get(part)) {
      capacities.put(part, 2 * ints);
    }
  }

  private void grow() {
    int needed = 0;
    for (int capacity : capacities.values()) {
      needed += Panels.roundUp(capacity, ALIGNMENT);
    }
    if (Math.multiplyExact(needed, Integer.BYTES) > buffers.bytes()) {
      allocate();
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

  /**
   * Writes down a step.
   *
   * @param rows of the launches, at least those of the step; the rest only fills them up
   */
  void fill(StepLayout step, AttentionPlan plan, int rows) {
    List<StepBatch.Slice> slices = step.batch().slices();
    int pages = 0;
    for (StepBatch.Slice slice : slices) {
      pages += slice.pages().length;
    }
    reserve(Part.FEW_ITEMS, plan.few().size() * AttentionItem.INTS);
    reserve(Part.MANY_ITEMS, plan.many().size() * AttentionItem.INTS);
    reserve(Part.ROW_LIST, plan.rowList().length);
    reserve(Part.OUTPUT_ROWS, Math.max(rows, step.outputs()));
    reserve(Part.COPIES, 3 * step.batch().copies().size());
    reserve(Part.PAGE_TABLE, pages);
    grow();
    content = buffers.next().asIntBuffer();

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
    for (StepBatch.PageCopy c : step.batch().copies()) {
      put(Part.COPIES, copy++, c.fromPage());
      put(Part.COPIES, copy++, c.toPage());
      put(Part.COPIES, copy++, c.tokens());
    }
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

  /** Queues the copy of what {@link #fill} wrote. */
  void upload(CUstream stream) {
    buffers.upload(end * Integer.BYTES, stream);
  }

  /** A part on the device, from element {@code first} on. */
  DeviceBuffer part(Part part, int first) {
    return buffers.from((long) (offsets.get(part) + first) * Integer.BYTES);
  }

  DeviceBuffer part(Part part) {
    return part(part, 0);
  }

  /** Changes when the parts move. */
  int generation() {
    return generation;
  }

  /** Waits for steps that still use the memory. */
  @Override
  public void close() {
    buffers.close();
  }
}
