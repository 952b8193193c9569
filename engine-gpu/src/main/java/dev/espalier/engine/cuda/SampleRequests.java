package dev.espalier.engine.cuda;

import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.TokenChoice;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.IdentityHashMap;

/**
 * Writes down what the outputs of a step ask of their logits, as {@code SampleRequest} in
 * sample.cu, and the lists and masks behind that. First {@link #listInts}, then {@link #write}.
 */
final class SampleRequests {
  /** Bytes of one request. */
  static final int BYTES = 96;

  private static final int NOWHERE = -1;
  private static final int MODE_NONE = 0;
  private static final int MODE_LARGEST = 1;
  private static final int MODE_ADJUSTED = 2;
  // As in TokenSampler: below it a weight is 0.
  private static final float LEAST_SCORE = -28;

  private final int vocabularySize;
  private final IdentityHashMap<long[], Integer> masks = new IdentityHashMap<>(); // their places
  private ByteBuffer requestBytes;
  private ByteBuffer listBytes;
  private IntBuffer listContent;
  private int requests;
  private int list;
  private int alternatives;

  SampleRequests(int vocabularySize) {
    this.vocabularySize = vocabularySize;
  }

  /** Ints that the lists of {@code step} need. */
  int listInts(BatchLayout step) {
    masks.clear();
    int ints = 0;
    for (ForwardBatch.Output output : step.asked()) {
      TokenChoice choice = output.choice();
      if (choice != null) {
        ints += choice.seenTokens().length;
        ints += 2 * choice.countedTokens().length;
        ints += 2 * choice.biasTokens().length;
        ints += maskInts(choice.allowed());
      }
    }
    return ints;
  }

  private int maskInts(long[] words) {
    boolean counts = words != null && masks.putIfAbsent(words, NOWHERE) == null;
    return counts ? 2 * words.length : 0;
  }

  /**
   * Writes down the step that {@link #listInts} was asked about.
   *
   * @param to receives the requests
   * @param toLists receives the lists; like {@code to} in the device's order of bytes
   */
  void write(BatchLayout step, ByteBuffer to, ByteBuffer toLists) {
    requestBytes = to;
    listBytes = toLists;
    listContent = toLists.asIntBuffer();
    requests = 0;
    list = 0;
    alternatives = 0;
    for (ForwardBatch.Output output : step.asked()) {
      put(output);
    }
  }

  private void put(ForwardBatch.Output output) {
    int at = requests++ * BYTES;
    TokenChoice choice = output.choice();
    requestBytes.putDouble(at, choice == null ? 0 : choice.temperature());
    requestBytes.putDouble(at + 8, choice == null ? 1 : choice.topP());
    requestBytes.putLong(at + 16, choice == null ? 0 : choice.seed());
    requestBytes.putInt(at + 24, choice == null ? 0 : choice.topK());
    requestBytes.putFloat(at + 28, choice == null ? 0 : floor(choice.minP()));
    requestBytes.putFloat(at + 32, choice == null ? 1 : (float) choice.repetitionPenalty());
    requestBytes.putFloat(at + 36, choice == null ? 0 : (float) choice.frequencyPenalty());
    requestBytes.putFloat(at + 40, choice == null ? 0 : (float) choice.presencePenalty());
    requestBytes.putInt(at + 44, mode(choice));
    requestBytes.putInt(at + 48, output.target());
    requestBytes.putInt(at + 52, alternatives(output));
    requestBytes.putInt(at + 56, alternatives);
    alternatives += alternatives(output);
    putLists(at + 60, choice);
    requestBytes.putInt(at + 92, choice == null ? 0 : choice.position());
  }

  private void putLists(int at, TokenChoice choice) {
    if (choice == null) {
      for (int i = 0; i < 8; i++) {
        requestBytes.putInt(at + i * Integer.BYTES, i == 6 ? -1 : 0);
      }
      return;
    }
    requestBytes.putInt(at, list);
    requestBytes.putInt(at + 4, choice.seenTokens().length);
    putList(choice.seenTokens());
    requestBytes.putInt(at + 8, list);
    requestBytes.putInt(at + 12, choice.countedTokens().length);
    putList(choice.countedTokens());
    putList(choice.counts());
    requestBytes.putInt(at + 16, list);
    requestBytes.putInt(at + 20, choice.biasTokens().length);
    putList(choice.biasTokens());
    for (float bias : choice.biases()) {
      putListed(Float.floatToRawIntBits(bias));
    }
    if (choice.allowed() == null) {
      requestBytes.putInt(at + 24, -1);
      requestBytes.putInt(at + 28, 0);
    } else {
      requestBytes.putInt(at + 24, putMask(choice.allowed()));
      requestBytes.putInt(at + 28, 2 * choice.allowed().length);
    }
  }

  private void putList(int[] values) {
    listContent.put(list, values);
    list += values.length;
  }

  /**
   * Writes down a mask, once for all outputs that have it: sequences in the same state of a
   * constraint do. Words of 64 tokens have the same bytes as twice as many of 32.
   *
   * @return its place in the lists
   */
  private int putMask(long[] words) {
    int place = masks.get(words);
    if (place == NOWHERE) {
      place = list;
      masks.put(words, place);
      listBytes
          .slice(list * Integer.BYTES, words.length * Long.BYTES)
          .order(listBytes.order())
          .asLongBuffer()
          .put(words);
      list += 2 * words.length;
    }
    return place;
  }

  private void putListed(int value) {
    listContent.put(list++, value);
  }

  static float floor(double minP) {
    return Math.max(LEAST_SCORE, (float) StrictMath.log(minP));
  }

  private static int mode(TokenChoice choice) {
    if (choice == null) {
      return MODE_NONE;
    }
    boolean plain =
        choice.temperature() == 0
            && choice.allowed() == null
            && choice.biasTokens().length == 0
            && choice.seenTokens().length == 0
            && choice.countedTokens().length == 0;
    return plain ? MODE_LARGEST : MODE_ADJUSTED;
  }

  /** Alternatives that one output gets. */
  int alternatives(ForwardBatch.Output output) {
    return Math.min(output.alternatives(), vocabularySize);
  }

  /** Alternatives that all outputs together ask for. */
  int alternatives() {
    return alternatives;
  }

  /** Requests written down. */
  int requests() {
    return requests;
  }

  /** Ints of lists written down. */
  int listed() {
    return list;
  }
}
