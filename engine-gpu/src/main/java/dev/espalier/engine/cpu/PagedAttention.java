package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.AttentionTile.POSITIONS;
import static dev.espalier.engine.cpu.AttentionTile.ROWS;
import static dev.espalier.engine.cpu.PagedCache.PAGE;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.model.AttentionConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Causal attention over pages. A task is some tokens of a slice and the heads that share one
 * key-value head; a row is one head of one token. Positions are walked in tiles that begin at
 * multiples of {@link AttentionTile#POSITIONS}, and the tiles of a row are merged in ascending
 * order, so that a row depends on nothing but its own sequence.
 *
 * <p>Source of the merging: Milakov and Gimelshein, "Online normalizer calculation for softmax"
 * (2018).
 */
final class PagedAttention {
  private static final int TOKENS_PER_TASK = 32;
  private static final int PAGES = POSITIONS / PAGE;

  private final Workers workers;
  private final AttentionRows[] rows;
  private final List<Part> parts = new ArrayList<>(); // of the step
  private BatchLayout step;

  /** Tokens of a slice, by rows of the step. */
  private record Part(int slice, int firstRow, int count) {}

  PagedAttention(Workers workers) {
    this.workers = workers;
    this.rows = new AttentionRows[workers.count()];
    Arrays.setAll(rows, i -> new AttentionRows());
  }

  void begin(BatchLayout newStep) {
    step = newStep;
    parts.clear();
    for (int slice = 0; slice < step.slices(); slice++) {
      int end = step.firstRows()[slice + 1];
      for (int row = step.firstRows()[slice]; row < end; row += TOKENS_PER_TASK) {
        parts.add(new Part(slice, row, Math.min(TOKENS_PER_TASK, end - row)));
      }
    }
  }

  /** See {@link dev.espalier.engine.model.Operations#attend}. */
  void attend(
      AttentionConfig attention, CpuActivation qkv, PagedCache.Layer cache, CpuActivation out) {
    int heads = attention.keyValueHeads();
    workers.run(
        parts.size() * heads,
        (task, worker) ->
            attend(
                attention, qkv, cache, out, parts.get(task / heads), task % heads, rows[worker]));
  }

  private void attend(
      AttentionConfig attention,
      CpuActivation qkv,
      PagedCache.Layer cache,
      CpuActivation out,
      Part part,
      int keyValueHead,
      AttentionRows work) {
    Slice slice = step.batch().slices().get(part.slice);
    int group = attention.heads() / attention.keyValueHeads();
    int firstHead = keyValueHead * group;
    work.begin(attention, cache.width(), part.count * group);
    for (int i = 0; i < part.count * group; i++) {
      int row = part.firstRow + i / group;
      work.place(
          i,
          qkv.data(),
          row * qkv.stride() + (firstHead + i % group) * attention.headSize(),
          step.positions()[row]);
    }
    int firstPosition = step.positions()[part.firstRow];
    int lastPosition = firstPosition + part.count - 1;
    int[] keyPages = new int[PAGES];
    int[] valuePages = new int[PAGES];
    for (int base = work.firstSeen(0) / POSITIONS * POSITIONS;
        base <= lastPosition;
        base += POSITIONS) {
      for (int i = 0; i < PAGES; i++) {
        // Positions after the last one are computed with its page and then masked.
        int page = slice.pages()[Math.min(base + i * PAGE, lastPosition) / PAGE];
        keyPages[i] = cache.keyOffset(page, keyValueHead);
        valuePages[i] = cache.valueOffset(page, keyValueHead);
      }
      int end = Math.min(POSITIONS, lastPosition + 1 - base);
      for (int i = 0; i < part.count * group; i += ROWS) {
        work.tile(i, base, end, cache, keyPages, valuePages);
      }
    }
    for (int i = 0; i < part.count * group; i++) {
      int row = part.firstRow + i / group;
      work.finish(
          i, out.data(), row * out.stride() + (firstHead + i % group) * attention.headSize());
    }
  }
}
