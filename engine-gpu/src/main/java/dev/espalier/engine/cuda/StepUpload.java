package dev.espalier.engine.cuda;

import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepLayout;
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
    /** Items for few queries, items for many, then outputs in each piece of logits. */
    COUNTS,
    TOKENS,
    POSITIONS,
    /** Where the page numbers of a row begin, -1 for a row that only fills up a launch. */
    ROW_PAGES,
    PARTIAL_BASE,
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
  static final int OUTPUT_COUNTS = 2;

  private final int logitRows;
  private final Map<Part, Integer> capacities = new EnumMap<>(Part.class);
  private final Map<Part, Integer> offsets = new EnumMap<>(Part.class);
  private HostBuffer host;
  private DeviceBuffer device;
  private int end;
  private int generation;

  /**
   * @param rows most rows of a step
   * @param logitRows outputs in one piece of logits
   */
  StepUpload(int rows, int logitRows) {
    this.logitRows = logitRows;
    for (Part part : Part.values()) {
      capacities.put(part, rows);
    }
    capacities.put(Part.COUNTS, OUTPUT_COUNTS + rows / logitRows + 1);
    capacities.put(Part.FEW_ITEMS, 2 * rows * AttentionItem.INTS);
    capacities.put(Part.MANY_ITEMS, rows * AttentionItem.INTS);
    capacities.put(Part.ROW_LIST, 4 * rows);
    capacities.put(Part.PAGE_TABLE, 64 * rows);
    allocate();
  }

  private void allocate() {
    int offset = 0;
    for (Part part : Part.values()) {
      offsets.put(part, offset);
      offset += Panels.roundUp(capacities.get(part), 64);
    }
    close();
    host = new HostBuffer(offset * Integer.BYTES, "the data of a step");
    device = DeviceBuffer.allocate((long) offset * Integer.BYTES, "the data of a step");
    generation++;
  }

  private void reserve(Part part, int ints) {
    if (ints > capacities.get(part)) {
      capacities.put(part, 2 * ints);
    }
  }

  private void grow() {
    int needed = 0;
    for (int capacity : capacities.values()) {
      needed += Panels.roundUp(capacity, 64);
    }
    if (needed * Integer.BYTES > host.bytes()) {
      allocate();
    }
  }

  private void put(Part part, int index, int value) {
    host.content().putInt((offsets.get(part) + index) * Integer.BYTES, value);
  }

  private void put(Part part, int[] values, int count) {
    put(part, 0, values, count);
  }

  private void put(Part part, int from, int[] values, int count) {
    host.content().asIntBuffer().put(offsets.get(part) + from, values, 0, count);
  }

  /**
   * Writes down a step.
   *
   * @param rows of the launches, at least those of the step; the rest only fills them up
   */
  void fill(StepLayout step, AttentionPlan plan, int rows) {
    List<StepBatch.Slice> slices = step.batch().slices();
    int pages = slices.stream().mapToInt(s -> s.pages().length).sum();
    reserve(Part.FEW_ITEMS, plan.few().size() * AttentionItem.INTS);
    reserve(Part.MANY_ITEMS, plan.many().size() * AttentionItem.INTS);
    reserve(Part.ROW_LIST, plan.rowList().length);
    reserve(Part.OUTPUT_ROWS, Math.max(rows, step.outputs()));
    reserve(Part.COUNTS, OUTPUT_COUNTS + step.outputs() / logitRows + 1);
    reserve(Part.COPIES, 3 * step.batch().copies().size());
    reserve(Part.PAGE_TABLE, pages);
    grow();

    put(Part.TOKENS, step.tokens(), step.rows());
    put(Part.POSITIONS, step.positions(), step.rows());
    put(Part.PARTIAL_BASE, plan.partialBase(), step.rows());
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
    for (int i = 0; i * logitRows <= step.outputs(); i++) {
      put(Part.COUNTS, OUTPUT_COUNTS + i, Math.min(logitRows, step.outputs() - i * logitRows));
    }
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
    host.upload(device, end * Integer.BYTES, stream);
  }

  /** A part on the device, from element {@code first} on. */
  DeviceBuffer part(Part part, int first) {
    long from = (long) (offsets.get(part) + first) * Integer.BYTES;
    return device.slice(from, device.bytes() - from);
  }

  DeviceBuffer part(Part part) {
    return part(part, 0);
  }

  /** Changes when the parts move. */
  int generation() {
    return generation;
  }

  @Override
  public void close() {
    if (host != null) {
      host.close();
      device.close();
      host = null;
    }
  }
}
