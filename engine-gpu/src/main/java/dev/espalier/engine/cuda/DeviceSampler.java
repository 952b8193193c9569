package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.CudaCalls.check;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepLayout;
import dev.espalier.engine.model.StepResult;
import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Logits, choices and log-probabilities of the outputs of a step, on the device. */
final class DeviceSampler implements AutoCloseable {
  private static final int THREADS = 1024;
  private static final int ANSWER_BYTES = 32;
  private static final int NONE_ALLOWED = -2;

  private final CudaDevice device;
  private final MatrixProducts products;
  private final Kernel sample;
  private final Arguments arguments = new Arguments();
  private final SampleUpload upload;
  private final DeviceBuffer logits;
  private final DeviceBuffer scores;
  private final int logitRows;
  private int answerCapacity;
  private int alternativeCapacity = 1024;
  private DeviceBuffer answers;
  private HostBuffer hostAnswers;
  private int generation;
  private boolean checking;
  private int columns; // logits in a row of the last launch

  /**
   * @param vocabularySize most logits in a row
   * @param logitRows rows of logits that are there at a time
   * @param outputs of a step, usually
   */
  DeviceSampler(
      CudaDevice device, MatrixProducts products, int vocabularySize, int logitRows, int outputs) {
    this.device = device;
    this.products = products;
    this.logitRows = logitRows;
    this.sample = device.kernel("sample", THREADS, 0);
    this.upload = new SampleUpload(vocabularySize, outputs);
    long bytes = (long) logitRows * vocabularySize * Float.BYTES;
    this.logits = device.allocate(bytes, "logits");
    this.scores = device.allocate(bytes, "adjusted logits");
    this.answerCapacity = outputs;
    allocate();
  }

  private void allocate() {
    free();
    int bytes = answerCapacity * ANSWER_BYTES + 2 * alternativeCapacity * Integer.BYTES;
    answers = DeviceBuffer.allocate(bytes, "answers");
    hostAnswers = new HostBuffer(bytes, "answers");
    generation++;
  }

  private void free() {
    if (answers != null) {
      answers.close();
      hostAnswers.close();
      answers = null;
    }
  }

  /** Changes when captured launches are of no more use. */
  int generation() {
    return generation + upload.generation();
  }

  /** Takes over what the outputs of {@code step} ask, and queues its copy. */
  void begin(StepLayout step) {
    upload.fill(step);
    if (step.outputs() > answerCapacity || upload.alternatives() > alternativeCapacity) {
      answerCapacity = Math.max(answerCapacity, step.outputs());
      alternativeCapacity = Math.max(alternativeCapacity, 2 * upload.alternatives());
      allocate();
    }
    upload.upload(device.stream());
  }

  /**
   * Queues logits and answers for {@code rows} rows.
   *
   * @param in gathered rows in panels with room for {@code inRows}
   */
  void launch(
      DeviceBuffer in, int inRows, PanelMatrix head, float softCap, int rows, StepUpload step) {
    columns = head.outputs();
    for (int first = 0; first < rows; first += logitRows) {
      int count = Math.min(logitRows, rows - first);
      long skipped = (long) first * Panels.ROW_BYTES;
      DeviceBuffer piece = in.slice(skipped, in.bytes() - skipped);
      products.logits(piece, inRows, head, count, softCap, logits);
      int counts = StepUpload.OUTPUT_COUNTS + first / logitRows;
      long answerFrom = (long) first * ANSWER_BYTES;
      arguments
          .begin()
          .add(logits)
          .add(scores)
          .add(head.outputs())
          .add(upload.requests(first))
          .add(upload.lists())
          .add(step.part(StepUpload.Part.COUNTS, counts))
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
   * Waits for the answers and reports them.
   *
   * @param check whether logits that are not finite are an error
   */
  StepResult finish(StepLayout step, boolean check) {
    checking = check;
    int bytes = upload.alternatives() > 0 ? (int) answers.bytes() : step.outputs() * ANSWER_BYTES;
    if (bytes > 0) {
      hostAnswers.download(answers, bytes, device.stream());
    }
    device.synchronize("a step of " + step.rows() + " tokens");
    int[] alternative = new int[1];
    return step.report((row, output) -> result(row, output, alternative));
  }

  private StepResult.OutputResult result(int row, StepBatch.Output output, int[] alternative) {
    ByteBuffer from = hostAnswers.content();
    int at = row * ANSWER_BYTES;
    if (checking && from.getInt(at + 16) == 0) {
      throw new EngineException(
          ErrorCode.INTERNAL, "The model's logits are not finite; the checkpoint may be damaged");
    }
    int chosen = from.getInt(at);
    if (chosen == NONE_ALLOWED) {
      throw new EngineException(ErrorCode.INTERNAL, "The choice of a token allows no token");
    }
    int count = upload.alternatives(output);
    int[] tokens = new int[count];
    float[] logprobs = new float[count];
    int tokensAt = answerCapacity * ANSWER_BYTES + alternative[0] * Integer.BYTES;
    for (int i = 0; i < count; i++) {
      tokens[i] = from.getInt(tokensAt + i * Integer.BYTES);
      logprobs[i] = from.getFloat(tokensAt + (alternativeCapacity + i) * Integer.BYTES);
    }
    alternative[0] += count;
    return new StepResult.OutputResult(
        chosen,
        from.getFloat(at + 4),
        from.getFloat(at + 8),
        from.getInt(at + 12),
        tokens,
        logprobs);
  }

  /** The first {@code rows} rows of the logits of the last step. */
  float[] logits(int rows) {
    float[] values = new float[rows * columns];
    check(
        JCudaDriver.cuMemcpyDtoH(
            Pointer.to(values), logits.pointer(), (long) values.length * Float.BYTES),
        "cuMemcpyDtoH of logits");
    return values;
  }

  @Override
  public void close() {
    upload.close();
    free();
  }
}
