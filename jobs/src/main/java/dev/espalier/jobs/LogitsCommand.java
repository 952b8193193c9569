package dev.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.bench.LogitsDump;
import dev.espalier.engine.EngineOptions;
import dev.espalier.io.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier bench logits}. */
@Command(
    name = "logits",
    description =
        "Writes a model's logits after every token of given prompts, computed on a GPU, to compare"
            + " them with another implementation's.",
    mixinStandardHelpOptions = true)
final class LogitsCommand implements Callable<Integer> {
  // Enough for a prompt of 16,384 tokens of an 8B model.
  private static final long CACHE_BYTES = 2L << 30;

  @Parameters(paramLabel = "MODEL", description = "Directory in Hugging Face form.")
  private Path model;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "FILE",
      description = "A prompt on each line: a JSON array of token ids.")
  private Path prompts;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Receives prompt-0.npy and so on: float32, a row for each token.")
  private Path out;

  @Option(names = "--device", defaultValue = "cuda:0", description = "The GPU.")
  private String device;

  @Override
  public Integer call() throws ConfigurationException, IOException {
    List<int[]> read = new ArrayList<>();
    ObjectMapper mapper = new ObjectMapper();
    for (String line : lines()) {
      try {
        int[] tokens = mapper.readValue(line, int[].class);
        if (tokens != null && tokens.length > 0) {
          read.add(tokens);
          continue;
        }
      } catch (JsonProcessingException e) {
        // Reported below, as an empty prompt is.
      }
      throw new ConfigurationException(
          prompts + ":" + (read.size() + 1), "no prompt", "write token ids, such as [1, 2, 3]");
    }
    EngineOptions options =
        EngineOptions.defaults().withDevice(device).withKvCacheBytes(CACHE_BYTES);
    LogitsDump.write(model, read, options, out);
    return Espalier.DONE;
  }

  private List<String> lines() throws ConfigurationException {
    try {
      return Files.readAllLines(prompts);
    } catch (IOException e) {
      throw new ConfigurationException(
          "--prompts " + prompts, "cannot be read: " + IoReason.of(e), "name a readable file");
    }
  }
}
