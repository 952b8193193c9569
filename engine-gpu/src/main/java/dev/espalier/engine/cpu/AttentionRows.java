package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.AttentionTile.FEW;
import static dev.espalier.engine.cpu.AttentionTile.MOST;
import static dev.espalier.engine.cpu.AttentionTile.POSITIONS;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;
import static dev.espalier.engine.cpu.PagedCache.PAGE;

import dev.espalier.engine.model.AttentionConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The rows of one attention task on their way through the tiles. They may be of several sequences,
 * those of each side by side: where sequences share pages, the rows of a tile read them together.
 * Owned by one thread.
 */
final class AttentionRows {
  /** Positions that are joined are a multiple of this: whole pages, and what is scored at once. */
  private static final int STEP = Math.max(PAGE, 2 * COUNT);

  /** A tile may begin at the last row of another; what is past that one's end is never read. */
  private static final int ROWS = MOST + FEW - 1;

  private final float[] scores = new float[ROWS * POSITIONS];
  private final float[] chains = new float[PAGE];
  private final Exponential exponential = new Exponential();
  private float[] sums = {}; // [ROWS][width], of the tile at hand
  private float[] kept = {}; // [FEW - 1][width], of sums
  private float[] results = {}; // [rows][width], not yet divided by the totals
  private float[] maxima = {}; // [rows]
  private float[] totals = {}; // [rows]
  private float[] queries = {}; // [headSize][stride]
  private int[] positions = {}; // [rows]
  private int[] sequences = {}; // [rows]
  private AttentionConfig attention;
  private int width;
  private int count;
  private int stride;

  /** Starts a task of {@code rows} rows that have seen nothing. */
  void begin(AttentionConfig config, int valueWidth, int rows) {
    attention = config;
    width = valueWidth;
    count = rows;
    stride = rows + ROWS;
    if (maxima.length < rows) {
      maxima = new float[rows];
      totals = new float[rows];
      positions = new int[rows];
      sequences = new int[rows];
    }
    if (queries.length < stride * config.headSize()) {
      queries = new float[stride * config.headSize()];
    }
    if (results.length < rows * width) {
      results = new float[rows * width];
    }
    if (sums.length < ROWS * width) {
      sums = new float[ROWS * width];
      kept = new float[(FEW - 1) * width];
    }
    Arrays.fill(results, 0, rows * width, 0f);
    Arrays.fill(maxima, 0, rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(totals, 0, rows, 0f);
  }

  /**
   * Takes the query of a row.
   *
   * @param sequence of the task, by its number; no lower than that of the row before
   * @param query from {@code at} on
   * @param position in its sequence
   */
  void place(int row, int sequence, float[] query, int at, int position) {
    for (int d = 0; d < attention.headSize(); d++) {
      queries[d * stride + row] = query[at + d];
    }
    sequences[row] = sequence;
    positions[row] = position;
  }

  /** First position that a row sees. */
  int firstSeen(int row) {
    int window = attention.window();
    return window == 0 ? 0 : Math.max(0, positions[row] - window + 1);
  }

  /**
   * Merges one tile of positions into rows {@code first} to {@code first + size - 1}.
   *
   * @param size 4 or 6
   * @param base the first position
   * @param keyPages of each sequence, where the keys of the tile's pages begin
   * @param valuePages the same of the values
   */
  void tile(
      int first, int size, int base, PagedCache.Layer cache, int[][] keyPages, int[][] valuePages) {
    int last = Math.min(first + size, count) - 1;
    int joined = joined(first, last, base, keyPages);
    if (joined > 0) {
      score(first, 0, size, 0, joined, cache.keys(), keyPages[sequences[first]]);
    }
    for (int row = first; row <= last; row = sequenceEnd(row, last)) {
      int end = lastSeen(row, sequenceEnd(row, last), base);
      int rows = sequenceEnd(row, last) - row;
      // Of rows past these, that are scored after them, or never read.
      score(
          row,
          row - first,
          rows > FEW ? MOST : FEW,
          joined,
          end,
          cache.keys(),
          keyPages[sequences[row]]);
    }
    for (int row = first; row <= last; row++) {
      if (sees(row, base)) {
        weigh(row, (row - first) * POSITIONS, base);
      }
    }
    Arrays.fill(sums, 0, ROWS * width, 0f);
    if (joined > 0) {
      int[] pages = valuePages[sequences[first]];
      AttentionTile.sum(size, scores, 0, cache.values(), pages, width, 0, joined, sums, 0);
    }
    for (int row = first; row <= last; row = sequenceEnd(row, last)) {
      int end = sequenceEnd(row, last);
      sumOwn(row - first, row, end, last, joined, base, cache, valuePages[sequences[row]]);
    }
    for (int row = first; row <= last; row++) {
      if (sees(row, base)) {
        add(row, (row - first) * width);
      }
    }
  }

  /**
   * Positions from the tile's first on that all rows see in the same pages; 0 if the rows are of
   * one sequence, or one of them sees nothing here.
   */
  private int joined(int first, int last, int base, int[][] keyPages) {
    if (sequences[first] == sequences[last]) {
      return 0;
    }
    int pages = POSITIONS / PAGE;
    int end = POSITIONS;
    for (int row = first; row <= last; row++) {
      if (!sees(row, base)) {
        return 0;
      }
      end = Math.min(end, seenEnd(row, base));
      int same = Arrays.mismatch(keyPages[sequences[first]], keyPages[sequences[row]]);
      pages = Math.min(pages, same < 0 ? pages : same);
    }
    return Math.min(end, pages * PAGE) / STEP * STEP;
  }

  /** The row after {@code row} that is of another sequence, or past the last one. */
  private int sequenceEnd(int row, int last) {
    int end = row + 1;
    while (end <= last && sequences[end] == sequences[row]) {
      end++;
    }
    return end;
  }

  /** Positions of the tile up to the last one that any of these rows sees; 0 if none does. */
  private int lastSeen(int row, int end, int base) {
    int most = 0;
    for (int i = row; i < end; i++) {
      most = Math.max(most, sees(i, base) ? seenEnd(i, base) : 0);
    }
    return most;
  }

  /**
   * The sums of the rows of one sequence from {@code begin} on.
   *
   * @param at of the first row in the tile
   * @param last row of the tile
   */
  private void sumOwn(
      int at,
      int row,
      int end,
      int last,
      int begin,
      int base,
      PagedCache.Layer cache,
      int[] valuePages) {
    int shared = POSITIONS; // positions that all rows see or mask before they see
    boolean seen = false;
    for (int i = row; i < end; i++) {
      if (sees(i, base)) {
        seen = true;
        shared = Math.min(shared, seenEnd(i, base));
      }
    }
    if (!seen) {
      return;
    }
    if (shared > begin) {
      int rows = end - row;
      int size = rows > FEW ? MOST : FEW;
      int others = Math.min(size, last + 1 - row) - rows; // whose sums stay as they are
      int from = (at + rows) * width;
      System.arraycopy(sums, from, kept, 0, others * width);
      AttentionTile.sum(
          size,
          scores,
          at * POSITIONS,
          cache.values(),
          valuePages,
          width,
          begin,
          shared,
          sums,
          at * width);
      System.arraycopy(kept, 0, sums, from, others * width);
    }
    for (int i = 0; i < end - row; i++) {
      if (sees(row + i, base) && seenEnd(row + i, base) > shared) {
        AttentionTile.sumOne(
            scores,
            (at + i) * POSITIONS,
            cache.values(),
            valuePages,
            width,
            shared,
            seenEnd(row + i, base),
            sums,
            (at + i) * width);
      }
    }
  }

  private boolean sees(int row, int base) {
    return positions[row] >= base && firstSeen(row) < base + POSITIONS;
  }

  /** Positions of the tile up to the last one that the row sees. */
  private int seenEnd(int row, int base) {
    return Math.min(POSITIONS, positions[row] + 1 - base);
  }

  /**
   * The scores of some rows of the tile.
   *
   * @param at of the first row in the tile
   * @param rows 4 or 6; of those past the last one, what an earlier task left there: nobody reads
   *     it
   */
  private void score(
      int first, int at, int rows, int begin, int end, float[] keys, int[] keyPages) {
    for (int t = begin; t < end; t += 2 * COUNT) {
      int k0 = keyPages[t / PAGE] + t % PAGE;
      int k1 = keyPages[(t + COUNT) / PAGE] + (t + COUNT) % PAGE;
      int s = at * POSITIONS + t;
      int headSize = attention.headSize();
      if (rows == FEW) {
        AttentionTile.scoreFour(queries, first, stride, headSize, keys, k0, k1, scores, s);
      } else {
        AttentionTile.scoreSix(queries, first, stride, headSize, keys, k0, k1, scores, s);
      }
    }
  }

  /** Turns the scores of a row into weights, 0 where it does not see, and merges their total. */
  private void weigh(int row, int at, int base) {
    int end = seenEnd(row, base);
    int begin = Math.max(0, firstSeen(row) - base);
    int vectors = (end + PAGE - 1) / PAGE * PAGE;
    scale(at, vectors);
    Arrays.fill(scores, at, at + begin, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, at + end, at + vectors, Float.NEGATIVE_INFINITY);
    float before = maxima[row];
    float maximum = Math.max(before, maximum(at, vectors));
    float total = weights(at, vectors, maximum);
    float factor = exp(before - maximum);
    maxima[row] = maximum;
    totals[row] = Math.fma(totals[row], factor, total);
    for (int i = row * width; i < (row + 1) * width; i += COUNT) {
      FloatVector.fromArray(FLOATS, results, i).mul(factor).intoArray(results, i);
    }
  }

  private void scale(int at, int vectors) {
    for (int i = at; i < at + vectors; i += COUNT) {
      FloatVector.fromArray(FLOATS, scores, i).mul(attention.scale()).intoArray(scores, i);
    }
    if (attention.softCap() > 0) {
      exponential.cap(scores, at, vectors, attention.softCap());
    }
  }

  private float exp(float x) {
    Arrays.fill(chains, 0, COUNT, x);
    exponential.exp(chains, 0, COUNT);
    return chains[0];
  }

  private float maximum(int at, int vectors) {
    FloatVector maximum = FloatVector.fromArray(FLOATS, scores, at);
    for (int i = at + COUNT; i < at + vectors; i += COUNT) {
      maximum = maximum.max(FloatVector.fromArray(FLOATS, scores, i));
    }
    maximum.intoArray(chains, 0);
    float largest = chains[0];
    for (int lane = 1; lane < COUNT; lane++) {
      largest = Math.max(largest, chains[lane]);
    }
    return largest;
  }

  /** {@code exp(score - maximum)}; returns their sum, in {@link PagedCache#PAGE} chains. */
  private float weights(int at, int vectors, float maximum) {
    for (int i = at; i < at + vectors; i += COUNT) {
      FloatVector.fromArray(FLOATS, scores, i).sub(maximum).intoArray(scores, i);
    }
    exponential.exp(scores, at, vectors);
    for (int chain = 0; chain < PAGE; chain += COUNT) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = at + chain; i < at + vectors; i += PAGE) {
        sum = sum.add(FloatVector.fromArray(FLOATS, scores, i));
      }
      sum.intoArray(chains, chain);
    }
    float total = 0;
    for (float chain : chains) {
      total += chain;
    }
    return total;
  }

  /** {@code results += sums}; {@link #weigh} has scaled the results. */
  private void add(int row, int s) {
    for (int i = 0; i < width; i += COUNT) {
      FloatVector.fromArray(FLOATS, results, row * width + i)
          .add(FloatVector.fromArray(FLOATS, sums, s + i))
          .intoArray(results, row * width + i);
    }
  }

  /** Writes the result of a row. */
  void finish(int row, float[] out, int offset) {
    for (int i = row * width; i < (row + 1) * width; i += COUNT) {
      FloatVector.fromArray(FLOATS, results, i).div(totals[row]).intoArray(results, i);
    }
    System.arraycopy(results, row * width, out, offset, attention.headSize());
  }
}
