package dev.espalier.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Writes a job whose speed is measured: a checkpoint, rows in groups that share a beginning, a
 * program that generates a fixed number of tokens, and the job file.
 */
public final class JobFiles {
  private JobFiles() {}

  /**
   * What the job does.
   *
   * @param shape of {@link ModelShapes#all}
   * @param groups of equally many rows that share a beginning
   * @param sharedTokens of a group's beginning
   * @param ownTokens of each row's prompt
   * @param outputTokens of each row
   */
  public record Load(
      String shape, int rows, int groups, int sharedTokens, int ownTokens, int outputTokens) {
    public Load {
      if (!ModelShapes.all().containsKey(shape)) {
        throw new IllegalArgumentException(shape + " is none of " + ModelShapes.all().keySet());
      }
      if (rows < 1 || groups < 1 || groups > rows || rows % groups != 0) {
        throw new IllegalArgumentException(
            "rows is " + rows + " and groups " + groups + ": groups must divide the rows");
      }
      if (sharedTokens < 0 || ownTokens < 1 || outputTokens < 1) {
        throw new IllegalArgumentException("a row needs a prompt and an output");
      }
    }

    /** For the engine alone. */
    public EndToEnd.Shape endToEnd(int concurrency) {
      return new EndToEnd.Shape(
          groups, sharedTokens, rows / groups, ownTokens, outputTokens, concurrency);
    }
  }

  /** The checkpoint's directory. */
  public static Path model(Path directory) {
    return directory.resolve("model");
  }

  public static Path job(Path directory) {
    return directory.resolve("job.yaml");
  }

  /**
   * Writes all files; a checkpoint that is there stays.
   *
   * @param device of the job file
   */
  public static void write(Load load, String device, Path directory) throws IOException {
    Files.createDirectories(directory);
    Path model = model(directory);
    if (!Files.exists(model.resolve("model.safetensors.index.json"))) {
      RandomCheckpoint.write(ModelShapes.all().get(load.shape()), model);
    }
    try (BufferedWriter out = Files.newBufferedWriter(directory.resolve("rows.jsonl"))) {
      SplittableRandom random = new SplittableRandom(load.rows());
      String[] shared = new String[load.groups()];
      for (int group = 0; group < shared.length; group++) {
        shared[group] = text(load.sharedTokens(), random);
      }
      for (int row = 0; row < load.rows(); row++) {
        out.write(
            "{\"id\": \"r%d\", \"shared\": \"%s\", \"own\": \"%s\"}%n"
                .formatted(row, shared[row % shared.length], text(load.ownTokens(), random)));
      }
    }
    Files.writeString(
        directory.resolve("program.yaml"),
        """
        steps:
        - text: "{{ row.shared }}{{ row.own }}"
        - {gen: answer, maxTokens: %d, ignoreEos: true}
        """
            .formatted(load.outputTokens()));
    Files.writeString(
        job(directory),
        """
        model: model
        program: program.yaml
        input: {path: rows.jsonl, id: id}
        output: {path: out, shards: 4, overwrite: true}
        engine: {device: "%s"}
        """
            .formatted(device));
  }

  /** So many letters, each a token. */
  private static String text(int letters, SplittableRandom random) {
    StringBuilder text = new StringBuilder(letters);
    for (int i = 0; i < letters; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }
}
