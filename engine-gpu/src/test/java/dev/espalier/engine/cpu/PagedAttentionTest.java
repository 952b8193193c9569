package dev.espalier.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.Rope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rotation and attention over pages against the definition in double precision. */
class PagedAttentionTest {

  @ParameterizedTest
  @CsvSource({
    // heads, key-value heads, head size, soft cap, window, tokens
    "1, 1, 2, 0, 0, 1",
    "4, 4, 16, 0, 0, 40",
    "9, 3, 64, 0, 0, 290",
    "6, 2, 20, 5, 0, 130",
    "4, 1, 80, 0, 33, 300",
    "5, 1, 128, 2, 129, 260",
    "2, 2, 256, 0, 1, 20",
  })
  void attentionIsThatOfTheDefinition(
      int heads, int keyValueHeads, int size, float softCap, int window, int tokens) {
    float[] frequencies = new float[size / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(10_000, -2.0 * i / size);
    }
    AttentionConfig attention =
        new AttentionConfig(
            heads, keyValueHeads, size, 0.3f, softCap, window, Rope.of(frequencies, 1.25f));
    int columns = attention.queryColumns() + 2 * attention.keyColumns();
    Random random = new Random(heads * 31L + size);
    float[][] rows = new float[tokens][columns];
    CpuActivation qkv = new CpuActivation(columns, tokens);
    for (int row = 0; row < tokens; row++) {
      for (int i = 0; i < columns; i++) {
        rows[row][i] = (float) random.nextGaussian();
        qkv.data()[row * qkv.stride() + i] = rows[row][i];
      }
    }
    CpuActivation out = new CpuActivation(attention.queryColumns(), tokens);
    run(attention, tokens, qkv, out, random);
    for (int row = 0; row < tokens; row++) {
      double[] expected = expected(attention, rows, row);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) out.data()[row * out.stride() + i])
            .as("token %d, value %d", row, i)
            .isCloseTo(expected[i], within(1e-5));
      }
    }
  }

  /** Sequences that share pages are read together; each gets the bits that it gets alone. */
  @ParameterizedTest
  @CsvSource({
    // heads, key-value heads, head size, soft cap, window, positions shared, workers
    "3, 3, 64, 0, 0, 496, 1",
    "9, 3, 64, 0, 0, 511, 2",
    "9, 3, 64, 0, 0, 16, 1",
    "4, 2, 20, 5, 0, 300, 1",
    "8, 2, 64, 0, 40, 288, 2",
    "7, 1, 32, 0, 200, 130, 1",
    "10, 2, 128, 2, 129, 416, 3",
    "8, 1, 16, 0, 0, 128, 1",
  })
  void sequencesThatShareTheirBeginningAreAsIfAlone(
      int heads, int keyValueHeads, int size, float softCap, int window, int shared, int threads) {
    AttentionConfig attention =
        new AttentionConfig(
            heads, keyValueHeads, size, 0.3f, softCap, window, Rope.of(new float[size / 2], 1));
    Random random = new Random(heads * 31L + shared);
    PagedCache cache = PagedCache.allocate(List.of(attention), 1 << 26);
    List<Slice> slices = new ArrayList<>();
    int nextPage = 100;
    for (int i = 0; i < 30; i++) {
      // The last third begins like the others and goes on otherwise; one begins otherwise.
      int same = i == 7 ? 0 : i < 20 ? shared / PagedCache.PAGE : shared / PagedCache.PAGE / 2;
      int start = shared + random.nextInt(40);
      int tokens = 1 + random.nextInt(i % 5 == 0 ? 8 : 2);
      int[] pages = new int[(start + tokens) / PagedCache.PAGE + 1 + random.nextInt(2)];
      for (int page = 0; page < pages.length; page++) {
        pages[page] = page < same ? page : nextPage++;
      }
      slices.add(new Slice(new int[tokens], start, pages, List.of()));
    }
    Collections.shuffle(slices, random);
    fill(cache.layer(0).keys(), random);
    fill(cache.layer(0).values(), random);
    BatchLayout together = layout(slices, cache);
    CpuActivation qkv =
        new CpuActivation(
            attention.queryColumns() + 2 * attention.keyColumns(), together.tokens().length);
    fill(qkv.data(), random);
    try (Workers workers = new Workers(threads)) {
      CpuActivation out = attend(attention, cache, together, qkv, workers);
      for (int s = 0; s < slices.size(); s++) {
        int tokens = slices.get(s).tokens().length;
        int from = together.firstRows()[s];
        CpuActivation own =
            new CpuActivation(attention.queryColumns() + 2 * attention.keyColumns(), tokens);
        System.arraycopy(qkv.data(), from * qkv.stride(), own.data(), 0, tokens * qkv.stride());
        CpuActivation alone =
            attend(attention, cache, layout(List.of(slices.get(s)), cache), own, workers);
        for (int row = 0; row < tokens; row++) {
          assertThat(row(out, from + row, attention))
              .as("slice %d, token %d", s, row)
              .containsExactly(row(alone, row, attention));
        }
      }
    }
  }

  private static float[] row(CpuActivation out, int row, AttentionConfig attention) {
    int at = row * out.stride();
    return Arrays.copyOfRange(out.data(), at, at + attention.queryColumns());
  }

  private static void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 4 - 2;
    }
  }

  private static BatchLayout layout(List<Slice> slices, PagedCache cache) {
    return BatchLayout.of(
        new ForwardBatch(List.of(), slices), 1, PagedCache.PAGE, cache.pages(), null);
  }

  private static CpuActivation attend(
      AttentionConfig attention,
      PagedCache cache,
      BatchLayout step,
      CpuActivation qkv,
      Workers workers) {
    CpuActivation out = new CpuActivation(attention.queryColumns(), step.tokens().length);
    PagedAttention pagedAttention = new PagedAttention(workers);
    pagedAttention.begin(step);
    pagedAttention.attend(attention, qkv, cache.layer(0), out);
    return out;
  }

  private static void run(
      AttentionConfig attention, int tokens, CpuActivation qkv, CpuActivation out, Random random) {
    int pages = 40;
    List<Integer> order = new ArrayList<>(IntStream.range(0, pages).boxed().toList());
    Collections.shuffle(order, random);
    int[] table = order.stream().mapToInt(Integer::intValue).toArray();
    Slice slice = new Slice(new int[tokens], 0, table, List.of());
    BatchLayout step =
        BatchLayout.of(
            new ForwardBatch(List.of(), List.of(slice)), 1, PagedCache.PAGE, pages, null);
    PagedCache cache = PagedCache.allocate(List.of(attention), 1 << 26);
    Arrays.fill(cache.layer(0).values(), Float.NaN); // what has not been written must not be read
    Arrays.fill(cache.layer(0).keys(), Float.NaN);
    try (Workers workers = new Workers(2)) {
      Rotation rotation = new Rotation(workers);
      rotation.begin(step);
      rotation.rotateAndStore(attention, null, null, qkv, cache.layer(0));
      PagedAttention pagedAttention = new PagedAttention(workers);
      pagedAttention.begin(step);
      pagedAttention.attend(attention, qkv, cache.layer(0), out);
    }
  }

  private static double[] expected(AttentionConfig attention, float[][] rows, int position) {
    int size = attention.headSize();
    int group = attention.heads() / attention.keyValueHeads();
    double[] out = new double[attention.queryColumns()];
    int first = attention.window() == 0 ? 0 : Math.max(0, position - attention.window() + 1);
    for (int h = 0; h < attention.heads(); h++) {
      double[] query = rotated(attention, rows[position], h * size, position);
      double[] weights = new double[position + 1];
      double total = 0;
      for (int p = first; p <= position; p++) {
        double[] key = rotated(attention, rows[p], attention.queryColumns() + h / group * size, p);
        double score = 0;
        for (int d = 0; d < size; d++) {
          score += query[d] * key[d];
        }
        score *= attention.scale();
        if (attention.softCap() > 0) {
          score = attention.softCap() * Math.tanh(score / attention.softCap());
        }
        weights[p] = Math.exp(score);
        total += weights[p];
      }
      int value = attention.queryColumns() + attention.keyColumns() + h / group * size;
      for (int p = first; p <= position; p++) {
        for (int d = 0; d < size; d++) {
          out[h * size + d] += weights[p] / total * rows[p][value + d];
        }
      }
    }
    return out;
  }

  private static double[] rotated(AttentionConfig attention, float[] row, int at, int position) {
    int half = attention.headSize() / 2;
    double[] result = new double[2 * half];
    for (int i = 0; i < half; i++) {
      double angle = (float) position * attention.rope().inverseFrequencies()[i];
      double cos = Math.cos(angle) * attention.rope().magnitude();
      double sin = Math.sin(angle) * attention.rope().magnitude();
      result[i] = row[at + i] * cos - row[at + half + i] * sin;
      result[half + i] = row[at + half + i] * cos + row[at + i] * sin;
    }
    return result;
  }
}
