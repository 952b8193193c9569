package dev.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.LaunchedForward;
import dev.espalier.engine.forward.ModelRunner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check of bits on a device that hashes the tokens of a sequence page by page. */
class BitEqualityTest {
  private static final int OUTPUTS = 6;
  private static final int PAGES = 9000;
  private static final int VOCABULARY = 50;

  /** What a device may do wrong. */
  private enum Fault {
    NONE,
    BATCH_IN_LOGITS,
    COPIES_LEFT_OUT,
    PIECE_OF_64,
    PIECE_OF_512,
    SHARED_ATTENTION,
    APART_ATTENTION,
    WHOLE_PROMPT_AGAIN,
    BORDER_OF_A_PAGE
  }

  @Test
  void aSoundDeviceIsEqualInEveryKindOfTraffic() {
    List<BitEquality.Outcome> outcomes = run(Fault.NONE);
    assertThat(outcomes).hasSize(9);
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.different()).isZero());
    assertThat(outcomes.get(0).compared()).isEqualTo(32 * OUTPUTS);
    assertThat(outcomes.subList(1, 8))
        .allSatisfy(outcome -> assertThat(outcome.compared()).isEqualTo(256 * OUTPUTS));
    assertThat(outcomes.get(8).compared()).isEqualTo(81);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ':',
      value = {
        "BATCH_IN_LOGITS:   prompts whole",
        "BATCH_IN_LOGITS:   random traffic",
        "COPIES_LEFT_OUT:   cached beginnings",
        "COPIES_LEFT_OUT:   random traffic",
        "PIECE_OF_64:       pieces of 64",
        "PIECE_OF_512:      pieces of 512",
        "SHARED_ATTENTION:  attended once",
        "APART_ATTENTION:   attended by each",
        "WHOLE_PROMPT_AGAIN: again",
        "BORDER_OF_A_PAGE:  border of a page",
      })
  void aFaultIsFoundByTheCheckOfItsKind(Fault fault, String check) {
    assertThat(run(fault))
        .filteredOn(outcome -> outcome.check().contains(check))
        .isNotEmpty()
        .allSatisfy(outcome -> assertThat(outcome.different()).as("%s", outcome).isPositive());
  }

  @Test
  void fewerSequencesRunWhereThePagesHoldNoMore() {
    HashingRunner runner = new HashingRunner(Fault.NONE, 1000);
    BitEquality check = new BitEquality(runner, runner::logits, runner::share, OUTPUTS, 1);
    assertThat(check.sequences()).isBetween(10, 100);
    check.run(outcome -> assertThat(outcome.different()).isZero());
  }

  @Test
  void allSequencesAreDecodedInOneStep() {
    HashingRunner runner = new HashingRunner(Fault.NONE, PAGES);
    new BitEquality(runner, runner::logits, runner::share, OUTPUTS, 1).run(outcome -> {});
    // The first token comes with the prompt.
    assertThat(runner.decoded256).isGreaterThanOrEqualTo(5 * (OUTPUTS - 1));
  }

  private static List<BitEquality.Outcome> run(Fault fault) {
    List<BitEquality.Outcome> outcomes = new ArrayList<>();
    HashingRunner runner = new HashingRunner(fault, PAGES);
    new BitEquality(runner, runner::logits, runner::share, OUTPUTS, 1).run(outcomes::add);
    return outcomes;
  }

  /** Keeps in the pages, for each position, a hash of all tokens up to it. */
  private static final class HashingRunner implements ModelRunner {
    private final Fault fault;
    private final int[] hashes; // page after page
    private boolean sharing = true;
    private float[] logits = {};
    private int decoded256;

    HashingRunner(Fault fault, int pages) {
      this.fault = fault;
      this.hashes = new int[pages * pageSize()];
    }

    float[] logits() {
      return logits;
    }

    void share(boolean value) {
      sharing = value;
    }

    @Override
    public LaunchedForward launch(ForwardBatch batch) {
      BatchLayout layout = BatchLayout.of(batch, VOCABULARY, pageSize(), pages(), null);
      for (PageCopy copy : batch.copies()) {
        if (fault != Fault.COPIES_LEFT_OUT) {
          int from = copy.fromPage() * pageSize();
          System.arraycopy(hashes, from, hashes, copy.toPage() * pageSize(), copy.tokens());
        }
      }
      logits = new float[layout.outputs() * VOCABULARY];
      List<Integer> tokens = new ArrayList<>();
      for (Slice slice : batch.slices()) {
        compute(slice);
        for (ForwardBatch.Output output : slice.outputs()) {
          int hash = hashes[at(slice, slice.start() + output.index())] + wrong(batch, slice);
          for (int i = 0; i < VOCABULARY; i++) {
            logits[tokens.size() * VOCABULARY + i] = 0x1p-20f * ((hash * (i + 1)) >>> 12);
          }
          tokens.add(Integer.remainderUnsigned(hash, VOCABULARY));
        }
      }
      boolean decodes = batch.slices().stream().allMatch(slice -> slice.tokens().length == 1);
      decoded256 += decodes && batch.slices().size() == 256 ? 1 : 0;
      return new Launched(layout, tokens);
    }

    private int at(Slice slice, int position) {
      return slice.pages()[position / pageSize()] * pageSize() + position % pageSize();
    }

    private void compute(Slice slice) {
      for (int i = 0; i < slice.tokens().length; i++) {
        int position = slice.start() + i;
        int before = position == 0 ? 7 : hashes[at(slice, position - 1)];
        hashes[at(slice, position)] = 0x9e3779b1 * (before + slice.tokens()[i] + 1) ^ before >>> 7;
      }
    }

    private int wrong(ForwardBatch batch, Slice slice) {
      int length = slice.tokens().length;
      int slices = batch.slices().size();
      boolean shares =
          batch.slices().stream().mapToInt(s -> s.pages()[0]).distinct().count() < slices;
      boolean wrong =
          switch (fault) {
            case NONE, COPIES_LEFT_OUT -> false;
            case BATCH_IN_LOGITS -> slices > 100;
            case PIECE_OF_64 -> slice.start() % 64 == 0 && slice.start() > 0 && length <= 64;
            case PIECE_OF_512 -> slice.start() == 512 && length > 64;
            case SHARED_ATTENTION -> sharing && shares && slices > 100;
            case APART_ATTENTION -> !sharing && shares && slices > 100;
            case WHOLE_PROMPT_AGAIN -> slice.outputs().size() > 1;
            case BORDER_OF_A_PAGE -> slices == 1 && slice.start() == 800 && length == 500;
          };
      return wrong ? 1 : 0;
    }

    @Override
    public boolean runsAhead() {
      return false;
    }

    @Override
    public int contextLength() {
      return 2048;
    }

    @Override
    public int vocabularySize() {
      return VOCABULARY;
    }

    @Override
    public int pageSize() {
      return 16;
    }

    @Override
    public int pages() {
      return hashes.length / pageSize();
    }

    @Override
    public void close() {}
  }

  private record Launched(BatchLayout layout, List<Integer> tokens) implements LaunchedForward {
    @Override
    public void sample(ForwardBatch asked) {}

    @Override
    public ForwardResult await() {
      return layout.report(
          (row, output) ->
              new ForwardResult.OutputResult(
                  tokens.get(row), 0, 0, tokens.get(row), new int[0], new float[0]));
    }
  }
}
