package dev.espalier.engine.cuda;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.HostBuffer;
import dev.espalier.engine.cuda.driver.Kernel;
import dev.espalier.engine.cuda.driver.StreamEvent;
import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.TokenChoice;
import dev.espalier.engine.model.Operations;
import java.nio.ByteBuffer;

/**
 * Logits, choices and log-probabilities of the outputs of a step, on the device. Two steps may be
 * under way: their answers are copied to two places of the host in turn.
 */
final class DeviceSampler implements AutoCloseable {
  private static final int THREADS = 1024;
  private static final int ANSWER_BYTES = 32;
  private static final int NONE_ALLOWED = -2;
  private static final int OVERFLOW = -3;
  private static final int[] NO_TOKENS = {};
  private static final float[] NO_LOGPROBS = {};

  private final CudaDevice device;
  private final LayerKernels kernels;
  private final Kernel sample;
  private final Arguments arguments = new Arguments();
  private final SampleUpload upload;
  private final DeviceBuffer logits;
  private final DeviceBuffer scores;
  private final int logitRows;
  private int answerCapacity;
  private int alternativeCapacity = 1024;
  private DeviceBuffer answers;
  private final HostAnswers[] hosts = new HostAnswers[2];
  private int turn;
  private int generation;
  private int columns; // logits in a row of the last launch

  /**
   * @param vocabularySize most logits in a row
   * @param logitRows rows of logits that are there at a time
   * @param outputs of a step, usually
   * @param workspace takes the logits
   */
  DeviceSampler(
      CudaDevice device,
      LayerKernels kernels,
      int vocabularySize,
      int logitRows,
      int outputs,
      DeviceArena workspace) {
    this.device = device;
    this.kernels = kernels;
    this.logitRows = logitRows;
    this.sample = device.kernel("sample", THREADS, 0);
    this.upload = device.own(new SampleUpload(vocabularySize, outputs));
    long bytes = (long) logitRows * vocabularySize * Float.BYTES;
    this.logits = workspace.reserve(bytes, "logits");
    this.scores = workspace.reserve(bytes, "adjusted logits");
    this.answerCapacity = outputs;
    allocate();
  }

  private void allocate() {
    free();
    generation++;
    long bytes = (long) answerCapacity * ANSWER_BYTES + 2L * alternativeCapacity * Integer.BYTES;
    answers = DeviceBuffer.allocate(bytes, "answers");
  }

  /** Waits for steps that still use the memory. */
  private void free() {
    DeviceBuffer old = answers;
    answers = null;
    if (old != null) {
      try {
        CudaDevice.synchronizeContext();
      } finally {
        old.close();
      }
    }
  }

  /** Changes when {@link #answers()} moves. */
  int generation() {
    return generation;
  }

  /** What the last step chose, as {@code SampleAnswer} in sample_answer.cuh. */
  DeviceBuffer answers() {
    return answers;
  }

  /** Takes over what the outputs of {@code step} ask, and queues its copy. */
  void begin(BatchLayout step) {
    upload.fill(step);
    if (answers == null
        || step.outputs() > answerCapacity
        || upload.alternatives() > alternativeCapacity) {
      answerCapacity = Math.max(answerCapacity, step.outputs());
      alternativeCapacity =
          Math.max(alternativeCapacity, Math.multiplyExact(2, upload.alternatives()));
      allocate();
    }
    upload.upload(device);
  }

  /**
   * Queues logits and answers.
   *
   * @param in gathered rows
   * @param output that the first of them is for
   * @param rows of {@code in}
   */
  void launch(DeviceActivation in, int output, int rows, Operations.Matrix head, float softCap) {
    columns = head.outputs();
    for (int first = 0; first < rows; first += logitRows) {
      int count = Math.min(logitRows, rows - first);
      kernels.logits(in, first, count, head, softCap, logits);
      long answerFrom = (long) (output + first) * ANSWER_BYTES;
      arguments
          .begin()
          .add(logits)
          .add(scores)
          .add(head.outputs())
          .add(upload.requests(output + first))
          .add(upload.lists())
          .add(answers.slice(answerFrom, answers.bytes() - answerFrom))
          .add(alternativeTokens())
          .add(alternativeLogprobs());
      sample.launch(count, 1, arguments);
    }
  }

  private DeviceBuffer alternativeTokens() {
    long from = (long) answerCapacity * ANSWER_BYTES;
    return answers.slice(from, (long) alternativeCapacity * Integer.BYTES);
  }

  private DeviceBuffer alternativeLogprobs() {
    long bytes = (long) alternativeCapacity * Integer.BYTES;
    return answers.slice((long) answerCapacity * ANSWER_BYTES + bytes, bytes);
  }

  /**
   * Queues the copy of the answers to the host.
   *
   * @param checked whether logits that are not finite are an error
   * @param described the step, as errors say it
   */
  Operations.Answers answers(BatchLayout step, boolean checked, String described) {
    turn = 1 - turn;
    if (hosts[turn] == null) {
      hosts[turn] = device.own(new HostAnswers());
    }
    HostAnswers host = hosts[turn];
    int bytes = upload.alternatives() > 0 ? (int) answers.bytes() : step.outputs() * ANSWER_BYTES;
    host.download(answers, bytes, answerCapacity, alternativeCapacity);
    return () -> host.await(step, checked, described);
  }

  /** A place for the answers of one step. */
  private final class HostAnswers implements AutoCloseable {
    private final StreamEvent copied = new StreamEvent();
    private HostBuffer buffer;
    private int tokensAt;
    private int logprobsAt;
    private int alternative;

    void download(DeviceBuffer from, int bytes, int answerRoom, int alternativeRoom) {
      if (buffer == null || buffer.bytes() < from.bytes()) {
        free();
        buffer = new HostBuffer(Math.toIntExact(from.bytes()), "answers");
      }
      tokensAt = answerRoom * ANSWER_BYTES;
      logprobsAt = tokensAt + alternativeRoom * Integer.BYTES;
      if (bytes > 0) {
        buffer.download(from, bytes, device);
      }
      copied.record(device);
    }

    ForwardResult await(BatchLayout step, boolean checked, String described) {
      device.makeCurrent();
      copied.await(described);
      alternative = 0;
      return step.report((row, output) -> result(row, output, checked));
    }

    private ForwardResult.OutputResult result(
        int row, ForwardBatch.Output output, boolean checked) {
      ByteBuffer from = buffer.content();
      int at = row * ANSWER_BYTES;
      int count = upload.alternatives(output);
      if (checked && from.getInt(at + 16) == 0) {
        alternative += count;
        return failed(
            ErrorCode.LOGITS_NOT_FINITE,
            "The model's logits are not finite; the checkpoint may be damaged");
      }
      int chosen = from.getInt(at);
      if (chosen == NONE_ALLOWED || chosen == OVERFLOW) {
        alternative += count;
        return chosen == OVERFLOW
            ? failed(ErrorCode.INVALID_PARAMETERS, TokenChoice.OVERFLOWS)
            : failed(ErrorCode.CONSTRAINT_UNSATISFIABLE, TokenChoice.ALLOWS_NONE);
      }
      int[] tokens = count == 0 ? NO_TOKENS : new int[count];
      float[] logprobs = count == 0 ? NO_LOGPROBS : new float[count];
      for (int i = 0; i < count; i++) {
        tokens[i] = from.getInt(tokensAt + alternative * Integer.BYTES);
        logprobs[i] = from.getFloat(logprobsAt + alternative * Float.BYTES);
        alternative++;
      }
      return new ForwardResult.OutputResult(
          chosen,
          from.getFloat(at + 4),
          from.getFloat(at + 8),
          from.getInt(at + 12),
          tokens,
          logprobs);
    }

    /** An error that becomes its row's, and so says nothing of what else the step computed. */
    private static ForwardResult.OutputResult failed(ErrorCode code, String what) {
      return ForwardResult.OutputResult.failed(new EngineException(code, what));
    }

    @Override
    public void close() {
      try {
        free();
      } finally {
        copied.close();
      }
    }

    private void free() {
      HostBuffer old = buffer;
      buffer = null;
      if (old != null) {
        old.close();
      }
    }
  }

  /** The first {@code rows} rows of the logits of the last step. */
  float[] logits(int rows) {
    float[] values = new float[rows * columns];
    logits.read(values);
    return values;
  }

  /** Frees the memory of the answers; the rest is the device's. */
  @Override
  public void close() {
    free();
  }
}
