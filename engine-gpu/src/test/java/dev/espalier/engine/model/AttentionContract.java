package dev.espalier.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.model.Operations.Activation;
import dev.espalier.engine.model.Operations.Matrix;
import dev.espalier.engine.model.Operations.Norm;
import dev.espalier.engine.model.OperationsSubject.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rotation and attention over pages against the definition in double precision, at the borders of
 * pages, tiles and splits, and for sequences that share their beginning. Scores are spread widely,
 * so that a position that is left out or read twice shows.
 */
public abstract class AttentionContract implements OperationsSubject.Device {
  private static final int VOCABULARY = 900;
  private static final int HIDDEN = 64;
  private static final int PAGES = 90;

  /** Ends of the pieces in which one sequence is computed: some have one token. */
  private static final int[] PIECES = {15, 16, 63, 64, 65, 127, 255, 256, 257, 511, 512, 513, 577};

  private static final int SHARED = 272; // tokens of a beginning: whole pages, beyond one split

  @ParameterizedTest
  @CsvSource({
    // heads, key-value heads, head size, soft cap, window, norms
    "1, 1, 8, 0, 0, false",
    "4, 4, 16, 0, 0, true",
    "9, 3, 64, 0, 0, false",
    "6, 2, 40, 5, 0, false",
    "8, 1, 80, 0, 33, true",
    "5, 1, 128, 2, 129, false",
    "16, 2, 128, 0, 0, true",
    "20, 1, 64, 0, 300, false",
    "4, 2, 256, 5, 0, false",
    "2, 1, 256, 0, 70, true",
  })
  public void attentionIsThatOfTheDefinition(
      int heads, int keyValueHeads, int size, float softCap, int window, boolean norms) {
    float[] frequencies = new float[size / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(10_000, -2.0 * i / size);
    }
    AttentionConfig attention =
        new AttentionConfig(
            heads,
            keyValueHeads,
            size,
            (float) (2 / Math.sqrt(size)),
            softCap,
            window,
            Rope.of(frequencies, 1.125f));
    try (OperationsSubject device = open(600)) {
      Check check = new Check(device, attention, norms);
      int[] tokens = new Random(1).ints(577, 0, VOCABULARY).toArray();
      int[] pages = IntStream.range(0, 37).map(page -> 7 * page % PAGES).toArray();
      int start = 0;
      for (int end : PIECES) {
        check.run(List.of(new Piece(tokens, start, end, pages)));
        start = end;
      }
      check.run(sharing(tokens, pages));
    }
  }

  /** Sequences that go on from the beginning of one, each by one token or three. */
  private static List<Piece> sharing(int[] tokens, int[] pages) {
    List<Integer> free = new ArrayList<>(IntStream.range(0, PAGES).boxed().toList());
    free.removeAll(Arrays.stream(pages).boxed().toList());
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int[] own = Arrays.copyOf(tokens, SHARED + 3);
      own[SHARED] = (own[SHARED] + i) % VOCABULARY;
      int[] ownPages = Arrays.copyOf(pages, SHARED / 16 + 1);
      ownPages[SHARED / 16] = free.get(i);
      pieces.add(new Piece(own, SHARED, SHARED + (i % 7 == 0 ? 3 : 1), ownPages));
    }
    return pieces;
  }

  /** Tokens {@code start} to {@code end} of a sequence on its pages. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(int[] tokens, int start, int end, int[] pages) {}

  private static final class Check {
    private final OperationsSubject device;
    private final Operations operations;
    private final AttentionConfig attention;
    private final Matrix table;
    private final Norm norm;
    private final Matrix projection;
    private final Tensor queryWeights;
    private final Tensor keyWeights;
    private final Norm queryNorm;
    private final Norm keyNorm;
    private final Activation x;
    private final Activation h;
    private final Activation qkv;
    private final Activation out;
    private final float[][] rowOfToken = new float[VOCABULARY][]; // queries, keys, values

    Check(OperationsSubject device, AttentionConfig attention, boolean norms) {
      this.device = device;
      this.operations = device.operations();
      this.attention = attention;
      int columns = attention.queryColumns() + 2 * attention.keyColumns();
      int size = attention.headSize();
      table = operations.matrix(List.of(new Tensor("table", VOCABULARY, HIDDEN, 1)), List.of());
      norm = operations.norm(new Tensor("norm", HIDDEN, 1, 0), 1e-5f, 1);
      projection =
          operations.matrix(
              List.of(new Tensor("qkv", columns, HIDDEN, 1 / Math.sqrt(HIDDEN))), List.of());
      queryWeights = norms ? new Tensor("query norm", size, 1, 1) : null;
      keyWeights = norms ? new Tensor("key norm", size, 1, 1) : null;
      queryNorm = norms ? operations.norm(queryWeights, 1e-6f, 0) : null;
      keyNorm = norms ? operations.norm(keyWeights, 1e-6f, 0) : null;
      x = operations.activation(HIDDEN);
      h = operations.activation(HIDDEN);
      qkv = operations.activation(columns);
      out = operations.activation(attention.queryColumns());
      device.prepareReading(columns);
      // Heads may be padded.
      long pageBytes = 16L * attention.keyColumns() * TransformerRunner.PAGE_SIZE * Float.BYTES;
      assertThat(
              operations.openCache(
                  List.of(attention), TransformerRunner.PAGE_SIZE, PAGES * pageBytes, step -> {}))
          .isGreaterThanOrEqualTo(PAGES);
    }

    void run(List<Piece> pieces) {
      List<Slice> slices = new ArrayList<>();
      for (Piece piece : pieces) {
        // Two outputs: this is no decode step, whose operations run later.
        Output output = new Output(0, 0, 0, null);
        slices.add(
            new Slice(
                Arrays.copyOfRange(piece.tokens, piece.start, piece.end),
                piece.start,
                piece.pages,
                List.of(output, output)));
      }
      BatchLayout step =
          BatchLayout.of(
              new ForwardBatch(List.of(), slices),
              VOCABULARY,
              TransformerRunner.PAGE_SIZE,
              PAGES,
              null);
      operations.begin(step);
      operations.embed(table, 1, x);
      operations.addNormalize(x, null, null, norm, h);
      operations.project(h, projection, qkv);
      float[][] rows = device.product(qkv, step.rows());
      for (int row = 0; row < rows.length; row++) {
        rowOfToken[step.tokens()[row]] = rows[row];
      }
      operations.project(h, projection, qkv);
      operations.rotateAndStore(0, attention, queryNorm, keyNorm, qkv);
      operations.attend(0, attention, qkv, out);
      float[][] attended = device.values(out, step.rows());
      int row = 0;
      for (Piece piece : pieces) {
        for (int position = piece.start; position < piece.end; position++) {
          compare(attended[row++], expected(piece.tokens, position), pieces.size(), position);
        }
      }
    }

    private void compare(float[] actual, double[] expected, int sequences, int position) {
      double tolerance = 6 * device.unit() + 2e-5;
      for (int i = 0; i < expected.length; i++) {
        if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
          assertThat((double) actual[i])
              .as("%s, %d sequences, position %d, value %d", attention, sequences, position, i)
              .isCloseTo(expected[i], within(tolerance));
        }
      }
    }

    private double[] expected(int[] tokens, int position) {
      int size = attention.headSize();
      int group = attention.heads() / attention.keyValueHeads();
      double[] result = new double[attention.queryColumns()];
      int first = attention.window() == 0 ? 0 : Math.max(0, position - attention.window() + 1);
      double[][] keys = new double[position + 1][];
      for (int head = 0; head < attention.heads(); head++) {
        int keyAt = attention.queryColumns() + head / group * size;
        int valueAt = keyAt + attention.keyColumns();
        if (head % group == 0) {
          for (int p = first; p <= position; p++) {
            keys[p] = rotated(rowOfToken[tokens[p]], keyAt, p, keyWeights);
          }
        }
        double[] query = rotated(rowOfToken[tokens[position]], head * size, position, queryWeights);
        double[] weights = new double[position + 1];
        double total = 0;
        for (int p = first; p <= position; p++) {
          double score = 0;
          for (int d = 0; d < size; d++) {
            score += query[d] * keys[p][d];
          }
          score *= attention.scale();
          if (attention.softCap() > 0) {
            score = attention.softCap() * Math.tanh(score / attention.softCap());
          }
          weights[p] = Math.exp(score);
          total += weights[p];
        }
        for (int p = first; p <= position; p++) {
          for (int d = 0; d < size; d++) {
            result[head * size + d] += weights[p] / total * rowOfToken[tokens[p]][valueAt + d];
          }
        }
      }
      return result;
    }

    /** Normalised, turned and rounded to the device's type. */
    private double[] rotated(float[] row, int at, int position, Tensor weights) {
      int half = attention.headSize() / 2;
      double scale = 1;
      if (weights != null) {
        double squares = 0;
        for (int i = 0; i < 2 * half; i++) {
          squares += (double) row[at + i] * row[at + i];
        }
        scale = 1 / Math.sqrt(squares / (2 * half) + 1e-6);
      }
      double[] result = new double[2 * half];
      for (int i = 0; i < half; i++) {
        double low = row[at + i] * scale * (weights == null ? 1 : weights.at(i, 0));
        double high = row[at + half + i] * scale * (weights == null ? 1 : weights.at(half + i, 0));
        float angle = position * attention.rope().inverseFrequencies()[i];
        double cos = Math.cos(angle) * attention.rope().magnitude();
        double sin = Math.sin(angle) * attention.rope().magnitude();
        result[i] = device.round(low * cos - high * sin);
        result[half + i] = device.round(high * cos + low * sin);
      }
      return result;
    }
  }
}
