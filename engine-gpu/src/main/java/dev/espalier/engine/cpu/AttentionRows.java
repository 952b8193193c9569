package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.AttentionTile.POSITIONS;
import static dev.espalier.engine.cpu.AttentionTile.ROWS;
import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;
import static dev.espalier.engine.cpu.PagedCache.PAGE;

import dev.espalier.engine.model.AttentionConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** The rows of one attention task on their way through the tiles. Owned by one thread. */
final class AttentionRows {
  private final float[] scores = new float[ROWS * POSITIONS];
  private final float[] chains = new float[PAGE];
  private final Exponential exponential = new Exponential();
  private float[] sums = {}; // [ROWS][width], of the tile at hand
  private float[] results = {}; // [rows][width], not yet divided by the totals
  private float[] maxima = {}; // [rows]
  private float[] totals = {}; // [rows]
  private float[] queries = {}; // [tiles][headSize][ROWS]
  private int[] positions = {}; // [rows]
  private AttentionConfig attention;
  private int width;
  private int count;

  /** Starts a task of {@code rows} rows that have seen nothing. */
  void begin(AttentionConfig config, int valueWidth, int rows) {
    attention = config;
    width = valueWidth;
    count = rows;
    if (maxima.length < rows) {
      maxima = new float[rows];
      totals = new float[rows];
      positions = new int[rows];
    }
    int tiles = (rows + ROWS - 1) / ROWS;
    if (queries.length < tiles * ROWS * config.headSize()) {
      queries = new float[tiles * ROWS * config.headSize()];
    }
    if (results.length < rows * width) {
      results = new float[rows * width];
    }
    if (sums.length < ROWS * width) {
      sums = new float[ROWS * width];
    }
    Arrays.fill(results, 0, rows * width, 0f);
    Arrays.fill(maxima, 0, rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(totals, 0, rows, 0f);
  }

  /** Takes the query of a row, from {@code at} on, which is at a position of its sequence. */
  void place(int row, float[] query, int at, int position) {
    int to = row / ROWS * ROWS * attention.headSize() + row % ROWS;
    for (int d = 0; d < attention.headSize(); d++) {
      queries[to + d * ROWS] = query[at + d];
    }
    positions[row] = position;
  }

  /** First position that a row sees. */
  int firstSeen(int row) {
    int window = attention.window();
    return window == 0 ? 0 : Math.max(0, positions[row] - window + 1);
  }

  /**
   * Merges one tile of positions into rows {@code first} to {@code first + ROWS - 1}.
   *
   * @param end positions of the tile that exist
   */
  void tile(
      int first, int base, int end, PagedCache.Layer cache, int[] keyPages, int[] valuePages) {
    int last = Math.min(first + ROWS, count) - 1;
    int shared = POSITIONS; // positions that all rows of this tile see or mask before they see
    boolean seen = false;
    for (int row = first; row <= last; row++) {
      if (sees(row, base)) {
        seen = true;
        shared = Math.min(shared, seenEnd(row, base));
      }
    }
    if (!seen) {
      return;
    }
    score(first, end, cache.keys(), keyPages);
    for (int row = first; row <= last; row++) {
      if (sees(row, base)) {
        weigh(row, (row - first) * POSITIONS, base);
      }
    }
    Arrays.fill(sums, 0, ROWS * width, 0f);
    AttentionTile.sumFour(scores, cache.values(), valuePages, width, shared, sums);
    for (int row = first; row <= last; row++) {
      if (sees(row, base)) {
        int i = row - first;
        if (seenEnd(row, base) > shared) {
          AttentionTile.sumOne(
              scores,
              i * POSITIONS,
              cache.values(),
              valuePages,
              width,
              shared,
              seenEnd(row, base),
              sums,
              i * width);
        }
        add(row, i * width);
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

  /** Of the rows past the last one, what an earlier task left there: nobody reads it. */
  private void score(int first, int end, float[] keys, int[] keyPages) {
    for (int t = 0; t < end; t += 2 * COUNT) {
      AttentionTile.score(
          queries,
          first * attention.headSize(),
          attention.headSize(),
          keys,
          keyPages[t / PAGE] + t % PAGE,
          keyPages[(t + COUNT) / PAGE] + (t + COUNT) % PAGE,
          scores,
          t);
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
