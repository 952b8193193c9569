package dev.espalier.bench;

import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.cuda.Instruments;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardBatch.Slice;
import dev.espalier.engine.forward.ModelRunner;
import dev.espalier.engine.model.TransformerRunner;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes the logits that a GPU gives after every token of a prompt, for comparison with another
 * implementation: one file in NumPy's format for each prompt, float32 of shape {@code [tokens,
 * vocabulary]}.
 */
public final class LogitsDump {
  // Logits of as many rows are on the device after a step.
  private static final int STEP_TOKENS = 256;

  private LogitsDump() {}

  /**
   * Writes {@code prompt-0.npy} and so on.
   *
   * @param model directory of a checkpoint
   * @param prompts token ids, each at least one
   * @param directory made if it is not there
   * @throws dev.espalier.engine.EngineException DEVICE_UNAVAILABLE, CHECKPOINT_INVALID,
   *     OUT_OF_MEMORY
   */
  public static void write(Path model, List<int[]> prompts, EngineOptions options, Path directory)
      throws IOException {
    Files.createDirectories(directory);
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      Instruments instruments = Instruments.open(options);
      try (ModelRunner runner =
          TransformerRunner.load(
              checkpoint.config(), checkpoint, instruments.operations(), options.kvCacheBytes())) {
        for (int i = 0; i < prompts.size(); i++) {
          write(runner, instruments, prompts.get(i), directory.resolve("prompt-" + i + ".npy"));
        }
      }
    }
  }

  private static void write(ModelRunner runner, Instruments instruments, int[] prompt, Path file)
      throws IOException {
    int[] pages = IntStream.rangeClosed(0, (prompt.length - 1) / runner.pageSize()).toArray();
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header(prompt.length, runner.vocabularySize()));
      for (int start = 0; start < prompt.length; start += STEP_TOKENS) {
        int end = Math.min(prompt.length, start + STEP_TOKENS);
        List<Output> outputs =
            IntStream.range(0, end - start).mapToObj(at -> new Output(at, -1, 0, null)).toList();
        Slice slice = new Slice(Arrays.copyOfRange(prompt, start, end), start, pages, outputs);
        runner.run(new ForwardBatch(List.of(), List.of(slice)));
        float[] logits = instruments.logits();
        ByteBuffer bytes =
            ByteBuffer.allocate(logits.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(logits);
        out.write(bytes.array());
      }
    }
  }

  /** Version 1.0 of the format: magic, length, and a Python literal padded to 64 bytes. */
  private static byte[] header(int rows, int columns) {
    String text =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + columns + "), }";
    int length = (10 + text.length() + 1 + 63) / 64 * 64 - 10;
    ByteBuffer header = ByteBuffer.allocate(10 + length).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    header.put((byte) 1).put((byte) 0).putShort((short) length);
    String padded = text + " ".repeat(length - 1 - text.length()) + "\n";
    return header.put(padded.getBytes(StandardCharsets.US_ASCII)).array();
  }
}
