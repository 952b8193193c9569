package dev.espalier.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.TokenChoice;
import dev.espalier.engine.sample.RandomChoices;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reads back what is written for sample.cu, at the offsets of its {@code SampleRequest}. */
class SampleRequestsTest {
  private static final int VOCABULARY = 300;

  @Test
  void whatIsWrittenIsWhatWasAsked() {
    Random random = new Random(3);
    SampleRequests requests = new SampleRequests(VOCABULARY);
    for (int round = 0; round < 200; round++) {
      BatchLayout step = step(random);
      int ints = requests.listInts(step);
      ByteBuffer written = buffer(step.outputs() * SampleRequests.BYTES);
      ByteBuffer lists = buffer(ints * Integer.BYTES);
      requests.write(step, written, lists);
      assertThat(requests.requests()).isEqualTo(step.outputs());
      assertThat(requests.listed()).isEqualTo(ints);
      int alternatives = 0;
      for (int i = 0; i < step.outputs(); i++) {
        Output output = step.asked().get(i);
        ByteBuffer request =
            written.slice(i * SampleRequests.BYTES, SampleRequests.BYTES).order(written.order());
        assertThat(request.getInt(48)).isEqualTo(output.target());
        assertThat(request.getInt(52)).isEqualTo(requests.alternatives(output));
        assertThat(request.getInt(56)).isEqualTo(alternatives);
        alternatives += requests.alternatives(output);
        if (output.choice() == null) {
          assertThat(request.getInt(44)).as("mode").isZero();
          assertThat(request.getInt(84)).as("mask").isEqualTo(-1);
        } else {
          check(request, lists, output.choice());
        }
      }
      assertThat(requests.alternatives()).isEqualTo(alternatives);
    }
  }

  private static void check(ByteBuffer request, ByteBuffer lists, TokenChoice choice) {
    assertThat(request.getDouble(0)).isEqualTo(choice.temperature());
    assertThat(request.getDouble(8)).isEqualTo(choice.topP());
    assertThat(request.getLong(16)).isEqualTo(choice.seed());
    assertThat(request.getInt(24)).isEqualTo(choice.topK());
    assertThat(request.getFloat(32)).isEqualTo((float) choice.repetitionPenalty());
    assertThat(request.getFloat(36)).isEqualTo((float) choice.frequencyPenalty());
    assertThat(request.getFloat(40)).isEqualTo((float) choice.presencePenalty());
    assertThat(request.getInt(92)).isEqualTo(choice.position());
    int[] counted = concat(choice.countedTokens(), choice.counts());
    int[] biases = new int[choice.biases().length];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = Float.floatToRawIntBits(choice.biases()[i]);
    }
    assertThat(request.getInt(64)).isEqualTo(choice.seenTokens().length);
    assertThat(list(lists, request.getInt(60), choice.seenTokens().length))
        .isEqualTo(choice.seenTokens());
    assertThat(request.getInt(72)).isEqualTo(choice.countedTokens().length);
    assertThat(list(lists, request.getInt(68), counted.length)).isEqualTo(counted);
    assertThat(request.getInt(80)).isEqualTo(choice.biasTokens().length);
    assertThat(list(lists, request.getInt(76), 2 * biases.length))
        .isEqualTo(concat(choice.biasTokens(), biases));
    if (choice.allowed() == null) {
      assertThat(request.getInt(84)).isEqualTo(-1);
      return;
    }
    assertThat(request.getInt(88)).isEqualTo(2 * choice.allowed().length);
    int[] words = list(lists, request.getInt(84), request.getInt(88));
    for (int token = 0; token < VOCABULARY; token++) {
      assertThat(words[token / 32] >>> (token % 32) & 1)
          .isEqualTo((int) (choice.allowed()[token / 64] >>> (token % 64) & 1));
    }
  }

  @Test
  void sequencesInTheSameStateOfAConstraintShareTheirMask() {
    long[] mask = {5, 6, 7, 8, 9};
    int[] none = {};
    TokenChoice choice =
        new TokenChoice(0, 0, 1, 0, 1, 0, 0, none, none, none, none, new float[0], mask, 1, 2);
    SampleRequests requests = new SampleRequests(VOCABULARY);
    BatchLayout step = layout(List.of(new Output(0, -1, 0, choice), new Output(0, -1, 0, choice)));
    assertThat(requests.listInts(step)).isEqualTo(2 * mask.length);
    ByteBuffer written = buffer(2 * SampleRequests.BYTES);
    requests.write(step, written, buffer(2 * mask.length * Integer.BYTES));
    assertThat(written.getInt(84)).isEqualTo(written.getInt(SampleRequests.BYTES + 84)).isZero();
  }

  /** Outputs of every kind, some with a mask that another has. */
  private static BatchLayout step(Random random) {
    List<Output> outputs = new ArrayList<>();
    TokenChoice before = null;
    for (int i = 1 + random.nextInt(40); i > 0; i--) {
      TokenChoice choice =
          random.nextInt(5) == 0 ? null : RandomChoices.next(random, VOCABULARY, 30);
      if (choice != null && before != null && random.nextBoolean()) {
        choice = withMask(choice, before.allowed());
      }
      before = choice;
      outputs.add(
          new Output(0, random.nextInt(VOCABULARY + 1) - 1, random.nextInt(3) * 200, choice));
    }
    return layout(outputs);
  }

  private static TokenChoice withMask(TokenChoice choice, long[] mask) {
    return new TokenChoice(
        choice.temperature(),
        choice.topK(),
        choice.topP(),
        choice.minP(),
        choice.repetitionPenalty(),
        choice.frequencyPenalty(),
        choice.presencePenalty(),
        choice.seenTokens(),
        choice.countedTokens(),
        choice.counts(),
        choice.biasTokens(),
        choice.biases(),
        mask,
        choice.seed(),
        choice.position());
  }

  private static BatchLayout layout(List<Output> outputs) {
    Slice slice = new Slice(new int[] {1}, 0, new int[] {0}, outputs);
    return BatchLayout.of(new ForwardBatch(List.of(), List.of(slice)), VOCABULARY, 16, 1, null);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int[] list(ByteBuffer lists, int from, int count) {
    int[] values = new int[count];
    lists.asIntBuffer().get(from, values);
    return values;
  }

  private static int[] concat(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }
}
