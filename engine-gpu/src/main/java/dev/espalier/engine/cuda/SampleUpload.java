package dev.espalier.engine.cuda;

import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepLayout;
import dev.espalier.engine.model.TokenChoice;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import jcuda.driver.CUstream;

/**
 * What the outputs of a step ask of their logits, as {@code SampleRequest} in sample.cu, and the
 * lists and masks behind them. As {@link StepUpload}, once on the device and twice on the host.
 */
final class SampleUpload implements AutoCloseable {
  static final int REQUEST_BYTES = 96;

  private static final int MODE_NONE = 0;
  private static final int MODE_LARGEST = 1;
  private static final int MODE_ADJUSTED = 2;
  // As in TokenSampler: below it a weight is 0.
  private static final float LEAST_SCORE = -28;

  private final int vocabularySize;
  private int requestCapacity;
  private int listCapacity = 1 << 20;
  private final HostBuffer[] hosts = new HostBuffer[2];
  private int turn;
  private ByteBuffer content; // of the buffer whose turn it is
  private IntBuffer listContent;
  private DeviceBuffer device;
  private int list;
  private int alternatives;
  private int requests;

  SampleUpload(int vocabularySize, int requestCapacity) {
    this.vocabularySize = vocabularySize;
    this.requestCapacity = requestCapacity;
    allocate();
  }

  private void allocate() {
    close();
    long bytes = (long) requestCapacity * REQUEST_BYTES + (long) listCapacity * Integer.BYTES;
    for (int i = 0; i < hosts.length; i++) {
      hosts[i] = new HostBuffer(Math.toIntExact(bytes), "what is asked of logits");
    }
    device = DeviceBuffer.allocate(bytes, "what is asked of logits");
  }

  /** Writes down what the outputs of {@code step} ask. */
  void fill(StepLayout step) {
    int lists = 0;
    for (StepBatch.Output output : step.asked()) {
      lists += listInts(output.choice());
    }
    if (step.outputs() > requestCapacity || lists > listCapacity) {
      requestCapacity = Math.max(requestCapacity, step.outputs());
      listCapacity = Math.max(listCapacity, 2 * lists);
      allocate();
    }
    turn = 1 - turn;
    content = hosts[turn].content();
    listContent =
        content
            .slice(listsAt(), content.capacity() - listsAt())
            .order(content.order())
            .asIntBuffer();
    list = 0;
    alternatives = 0;
    requests = 0;
    for (StepBatch.Output output : step.asked()) {
      put(output);
    }
  }

  private int listsAt() {
    return requestCapacity * REQUEST_BYTES;
  }

  private static int listInts(TokenChoice choice) {
    if (choice == null) {
      return 0;
    }
    return choice.seenTokens().length
        + 2 * choice.countedTokens().length
        + 2 * choice.biasTokens().length
        + (choice.allowed() == null ? 0 : 2 * choice.allowed().length);
  }

  private void put(StepBatch.Output output) {
    ByteBuffer to = content;
    int at = requests++ * REQUEST_BYTES;
    TokenChoice choice = output.choice();
    to.putDouble(at, choice == null ? 0 : choice.temperature());
    to.putDouble(at + 8, choice == null ? 1 : choice.topP());
    to.putLong(at + 16, choice == null ? 0 : choice.seed());
    to.putInt(at + 24, choice == null ? 0 : choice.topK());
    to.putFloat(at + 28, choice == null ? 0 : floor(choice.minP()));
    to.putFloat(at + 32, choice == null ? 1 : (float) choice.repetitionPenalty());
    to.putFloat(at + 36, choice == null ? 0 : (float) choice.frequencyPenalty());
    to.putFloat(at + 40, choice == null ? 0 : (float) choice.presencePenalty());
    to.putInt(at + 44, mode(choice));
    to.putInt(at + 48, output.target());
    to.putInt(at + 52, alternatives(output));
    to.putInt(at + 56, alternatives);
    alternatives += alternatives(output);
    putLists(to, at + 60, choice);
    to.putInt(at + 92, choice == null ? 0 : choice.position());
  }

  private void putLists(ByteBuffer to, int at, TokenChoice choice) {
    if (choice == null) {
      for (int i = 0; i < 8; i++) {
        to.putInt(at + i * Integer.BYTES, i == 6 ? -1 : 0);
      }
      return;
    }
    to.putInt(at, list);
    to.putInt(at + 4, choice.seenTokens().length);
    putList(choice.seenTokens());
    to.putInt(at + 8, list);
    to.putInt(at + 12, choice.countedTokens().length);
    putList(choice.countedTokens());
    putList(choice.counts());
    to.putInt(at + 16, list);
    to.putInt(at + 20, choice.biasTokens().length);
    putList(choice.biasTokens());
    for (float bias : choice.biases()) {
      putListed(Float.floatToRawIntBits(bias));
    }
    if (choice.allowed() == null) {
      to.putInt(at + 24, -1);
      to.putInt(at + 28, 0);
    } else {
      to.putInt(at + 24, list);
      to.putInt(at + 28, 2 * choice.allowed().length);
      putMask(choice.allowed());
    }
  }

  private void putList(int[] values) {
    listContent.put(list, values);
    list += values.length;
  }

  /** Words of 64 tokens in the order of bytes that words of 32 have. */
  private void putMask(long[] words) {
    int from = listsAt() + list * Integer.BYTES;
    int bytes = words.length * Long.BYTES;
    content.slice(from, bytes).order(content.order()).asLongBuffer().put(words);
    list += 2 * words.length;
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
  int alternatives(StepBatch.Output output) {
    return Math.min(output.alternatives(), vocabularySize);
  }

  /** Alternatives that all outputs together ask for. */
  int alternatives() {
    return alternatives;
  }

  /** Queues the copy of what {@link #fill} wrote. */
  void upload(CUstream stream) {
    int bytes = list == 0 ? requests * REQUEST_BYTES : listsAt() + list * Integer.BYTES;
    hosts[turn].upload(device, bytes, stream);
  }

  /** Requests from number {@code first} on. */
  DeviceBuffer requests(int first) {
    long from = (long) first * REQUEST_BYTES;
    return device.slice(from, device.bytes() - from);
  }

  DeviceBuffer lists() {
    return device.slice(listsAt(), device.bytes() - listsAt());
  }

  /** Waits for steps that still use the memory. */
  @Override
  public void close() {
    if (device != null) {
      CudaDevice.synchronizeContext();
      for (HostBuffer host : hosts) {
        host.close();
      }
      device.close();
      device = null;
    }
  }
}
