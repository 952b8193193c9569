package dev.espalier.engine.cpu;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.Rope;
import java.util.HashMap;
import java.util.Map;

/** Normalises and rotates queries and keys, and writes keys and values into their pages. */
final class Rotation {
  private static final int ROWS_PER_TASK = 16;

  private final Workers workers;
  private final Map<Rope, Angles> angles = new HashMap<>(); // of the step
  private BatchLayout step;

  /** Cosines and sines, {@code [rows][pairs]} each. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Angles(float[] cosines, float[] sines) {}

  Rotation(Workers workers) {
    this.workers = workers;
  }

  void begin(BatchLayout newStep) {
    step = newStep;
    angles.clear();
  }

  /** See {@link dev.espalier.engine.model.Operations#rotateAndStore}. */
  void rotateAndStore(
      AttentionConfig attention,
      CpuNorm queryNorm,
      CpuNorm keyNorm,
      CpuActivation qkv,
      PagedCache.Layer cache) {
    Angles turns = angles.computeIfAbsent(attention.rope(), this::compute);
    int rows = step.rows();
    workers.run(
        (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
        (task, worker) -> {
          float[] head = new float[Lanes.align(attention.headSize())];
          int[] pages = null;
          int slice = -1;
          int end = Math.min(rows, (task + 1) * ROWS_PER_TASK);
          for (int row = task * ROWS_PER_TASK; row < end; row++) {
            while (row >= step.firstRows()[slice + 1]) {
              slice++;
              pages = step.batch().slices().get(slice).pages();
            }
            rotate(attention, queryNorm, keyNorm, qkv, turns, row, head);
            int position = step.positions()[row];
            store(
                attention,
                qkv.data(),
                row * qkv.stride() + attention.queryColumns(),
                cache,
                pages[position / PagedCache.PAGE],
                position % PagedCache.PAGE);
          }
        });
  }

  private static void rotate(
      AttentionConfig attention,
      CpuNorm queryNorm,
      CpuNorm keyNorm,
      CpuActivation qkv,
      Angles turns,
      int row,
      float[] head) {
    int size = attention.headSize();
    int half = size / 2;
    float[] data = qkv.data();
    for (int h = 0; h < attention.heads() + attention.keyValueHeads(); h++) {
      int at = row * qkv.stride() + h * size;
      System.arraycopy(data, at, head, 0, size);
      CpuNorm norm = h < attention.heads() ? queryNorm : keyNorm;
      if (norm != null) {
        norm.apply(head, 0, head, 0);
      }
      for (int i = 0; i < half; i++) {
        float cos = turns.cosines[row * half + i];
        float sin = turns.sines[row * half + i];
        data[at + i] = head[i] * cos - head[half + i] * sin;
        data[at + half + i] = head[half + i] * cos + head[i] * sin;
      }
    }
  }

  private static void store(
      AttentionConfig attention, float[] qkv, int at, PagedCache.Layer cache, int page, int slot) {
    int size = attention.headSize();
    for (int h = 0; h < attention.keyValueHeads(); h++) {
      int key = cache.keyOffset(page, h) + slot;
      for (int d = 0; d < size; d++) {
        cache.keys()[key + d * PagedCache.PAGE] = qkv[at + h * size + d];
      }
      System.arraycopy(
          qkv,
          at + attention.keyColumns() + h * size,
          cache.values(),
          cache.valueOffset(page, h) + slot * cache.width(),
          size);
    }
  }

  private Angles compute(Rope rope) {
    int pairs = rope.pairs();
    int[] positions = step.positions();
    Angles result =
        new Angles(new float[positions.length * pairs], new float[positions.length * pairs]);
    workers.run(
        positions.length,
        (row, worker) -> rope.fill(positions[row], result.cosines, result.sines, row * pairs));
    return result;
  }
}
