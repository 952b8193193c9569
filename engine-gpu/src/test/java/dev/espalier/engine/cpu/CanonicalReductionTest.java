package dev.espalier.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The logits of a token are a function of its own sequence, bit for bit: random sequences, cut into
 * random slices, on random pages, beside random others and sharing random beginnings, against each
 * sequence alone in one step on one thread.
 */
class CanonicalReductionTest {
  private static final int VOCABULARY = 70;
  private static final int PAGE = PagedCache.PAGE;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma", "float32", "int8"})
  void logitsDependOnTheSequenceAlone(String kind) {
    check(kind, 0, 300);
  }

  /** Some minutes for each model. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma", "float32", "int8"})
  @Tag("long")
  void logitsDependOnTheSequenceAloneForLong(String kind) {
    check(kind, 300, 15_000);
  }

  private static void check(String kind, int firstSeed, int cases) {
    ModelConfig config = config(kind);
    TestWeights weights =
        new TestWeights(kind.equals("float32") ? ElementType.F32 : ElementType.BF16, 5);
    WeightFormat format = kind.equals("int8") ? WeightFormat.INT8 : WeightFormat.CHECKPOINT;
    try (TestModel alone = new TestModel(config, weights, 64, 1, 4 << 20, format);
        TestModel mixed = new TestModel(config, weights, 64, 2, 16 << 20, format)) {
      for (int seed = firstSeed; seed < firstSeed + cases; seed++) {
        new Traffic(alone, mixed, new Random(seed)).run("case " + seed);
      }
    }
  }

  private static ModelConfig config(String kind) {
    boolean gemma = kind.equals("gemma");
    int headSize = gemma ? 24 : 16;
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(1000, -2.0 * i / headSize);
    }
    Rope rope = Rope.of(frequencies, 1);
    AttentionConfig full = new AttentionConfig(6, 2, headSize, 0.3f, gemma ? 5 : 0, 0, rope);
    AttentionConfig sliding = new AttentionConfig(6, 2, headSize, 0.3f, gemma ? 5 : 0, 37, rope);
    return new ModelConfig(
        kind,
        VOCABULARY,
        40,
        600, // more than one chunk of the canonical order
        512,
        1e-6f,
        gemma ? 1 : 0,
        gemma ? 6 : 1,
        gemma ? GateFunction.GELU_TANH : GateFunction.SILU,
        gemma ? 8 : 0,
        true,
        new ModelConfig.LayerParts(!gemma, false, false, gemma, gemma),
        gemma ? List.of(sliding, full) : Collections.nCopies(2, full));
  }

  /** Some sequences on their way through a mixed model. */
  private static final class Traffic {
    private final TestModel alone;
    private final TestModel mixed;
    private final Random random;
    private final List<Sequence> sequences = new ArrayList<>();
    private final List<Integer> freePages;

    Traffic(TestModel alone, TestModel mixed, Random random) {
      this.alone = alone;
      this.mixed = mixed;
      this.random = random;
      freePages = new ArrayList<>(IntStream.range(0, mixed.runner().pages()).boxed().toList());
      Collections.shuffle(freePages, random);
    }

    void run(String name) {
      int count = 1 + random.nextInt(4);
      for (int i = 0; i < count; i++) {
        sequences.add(newSequence());
      }
      for (int step = 0; sequences.stream().anyMatch(s -> s.done < s.tokens.length); step++) {
        step(name + ", step " + step);
      }
    }

    private Sequence newSequence() {
      int longest = random.nextInt(6) == 0 ? 300 : 70; // two tiles of attention, or one
      int[] tokens = random.ints(1 + random.nextInt(longest), 0, VOCABULARY).toArray();
      Sequence parent = null;
      int shared = 0;
      if (!sequences.isEmpty() && random.nextInt(3) > 0) {
        parent = sequences.get(random.nextInt(sequences.size()));
        shared = random.nextInt(Math.min(tokens.length, parent.tokens.length));
        System.arraycopy(parent.tokens, 0, tokens, 0, shared);
      }
      Sequence sequence = new Sequence(tokens, parent, shared, alone.logits(tokens));
      for (int i = 0; i < sequence.pages.length; i++) {
        boolean fromParent = (i + 1) * PAGE <= shared;
        sequence.pages[i] = fromParent ? parent.pages[i] : freePages.remove(0);
      }
      return sequence;
    }

    private void step(String name) {
      List<PageCopy> copies = new ArrayList<>();
      List<Slice> slices = new ArrayList<>();
      List<Sequence> owners = new ArrayList<>();
      for (Sequence s : sequences) {
        if (s.done < s.tokens.length && random.nextInt(4) > 0 && s.mayStart(copies)) {
          int left = s.tokens.length - s.done;
          int length = random.nextBoolean() ? 1 : 1 + random.nextInt(left);
          slices.add(
              new Slice(
                  Arrays.copyOfRange(s.tokens, s.done, s.done + length),
                  s.done,
                  s.pages,
                  List.of()));
          owners.add(s);
          s.done += length; // so that a child may start in the same step
        }
      }
      List<float[][]> logits = mixed.run(copies, slices);
      for (int i = 0; i < slices.size(); i++) {
        for (int t = 0; t < slices.get(i).tokens().length; t++) {
          int position = slices.get(i).start() + t;
          assertThat(logits.get(i)[t])
              .as("%s, position %d", name, position)
              .isEqualTo(owners.get(i).expected[position]);
        }
      }
      sequences.forEach(s -> s.written = s.done);
    }
  }

  private static final class Sequence {
    private final int[] tokens;
    private final Sequence parent;
    private final int shared;
    private final float[][] expected;
    private final int[] pages;
    private boolean started;
    private int done;
    private int written; // before the step at hand

    Sequence(int[] tokens, Sequence parent, int shared, float[][] expected) {
      this.tokens = tokens;
      this.parent = parent;
      this.shared = shared;
      this.expected = expected;
      this.pages = new int[(tokens.length + PAGE - 1) / PAGE];
    }

    /**
     * Starts after the shared tokens as soon as the parent has them: whole pages may be filled in
     * this step, the page that is copied must be there before it.
     */
    private boolean mayStart(List<PageCopy> copies) {
      if (started || shared == 0) {
        return true;
      }
      int inPage = shared % PAGE;
      if (parent.done < shared || (inPage > 0 && parent.written < shared)) {
        return false;
      }
      if (inPage > 0) {
        copies.add(new PageCopy(parent.pages[shared / PAGE], pages[shared / PAGE], inPage));
      }
      started = true;
      done = shared;
      return true;
    }
  }
}
