package dev.espalier.engine.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.family.ModelFamilies;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.WeightSource;
import dev.espalier.engine.model.WeightTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A model directory in Hugging Face form: config.json, generation_config.json if there is one, and
 * weights in model.safetensors or in shards that model.safetensors.index.json names.
 *
 * <p>Its tensors are valid until it is closed; a device copies them while loading.
 */
public final class Checkpoint implements WeightSource, AutoCloseable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final ModelConfig config;
  private final Set<Integer> endTokens;
  private final Map<String, SafetensorsFile> files = new TreeMap<>(); // by file name
  private final Map<String, SafetensorsFile> fileOfTensor = new TreeMap<>();

  private Checkpoint(Path directory) {
    this.directory = directory;
    JsonNode configJson = json("config.json");
    this.config = ModelFamilies.read(directory.resolve("config.json").toString(), configJson);
    Set<Integer> ends = new TreeSet<>();
    addEndTokens(configJson, "config.json", ends);
    if (Files.exists(directory.resolve("generation_config.json"))) {
      addEndTokens(json("generation_config.json"), "generation_config.json", ends);
    }
    this.endTokens = Collections.unmodifiableSet(ends);
  }

  /**
   * Reads the configuration and the headers of the weights.
   *
   * @throws EngineException CHECKPOINT_INVALID naming the file, what was found and what to do
   */
  public static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID,
          directory + " is not a directory; name one that holds config.json and safetensors files");
    }
    Checkpoint checkpoint = new Checkpoint(directory);
    try {
      checkpoint.openFiles();
      return checkpoint;
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private void openFiles() {
    if (Files.exists(directory.resolve(INDEX))) {
      openShards();
    } else if (Files.exists(directory.resolve(SINGLE))) {
      SafetensorsFile file = openFile(SINGLE);
      file.names().forEach(name -> fileOfTensor.put(name, file));
    } else {
      throw invalid(
          "holds neither "
              + SINGLE
              + " nor "
              + INDEX
              + "; other formats are not read, convert the weights to safetensors");
    }
  }

  private void openShards() {
    JsonNode map = json(INDEX).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw invalid(INDEX + " has no weight_map");
    }
    map.fields()
        .forEachRemaining(
            field -> {
              String shard = field.getValue().asText();
              if (!shard.equals(String.valueOf(Path.of(shard).getFileName()))) {
                throw invalid(INDEX + " names " + shard + ", which is not in the directory");
              }
              if (!Files.exists(directory.resolve(shard))) {
                throw invalid(INDEX + " names " + shard + ", which is missing; fetch it");
              }
              fileOfTensor.put(field.getKey(), openFile(shard));
            });
    fileOfTensor.forEach(
        (name, file) -> {
          if (!file.has(name)) {
            throw invalid(
                INDEX
                    + " says that tensor "
                    + name
                    + " is in "
                    + file.path().getFileName()
                    + ", but it is not there; the shards are not of one checkpoint");
          }
        });
  }

  private SafetensorsFile openFile(String name) {
    return files.computeIfAbsent(name, n -> SafetensorsFile.open(directory.resolve(n)));
  }

  private JsonNode json(String name) {
    Path path = directory.resolve(name);
    try {
      return JSON.readTree(Files.readAllBytes(path));
    } catch (JsonProcessingException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, path + " is no JSON: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, path + ": cannot be read (" + e + ")", e);
    }
  }

  private void addEndTokens(JsonNode json, String file, Set<Integer> ends) {
    JsonNode field = json.path("eos_token_id");
    if (field.isMissingNode() || field.isNull()) {
      return;
    }
    for (JsonNode id : field.isArray() ? field : List.of(field)) {
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= config.vocabularySize()) {
        throw invalid(
            file
                + " has eos_token_id "
                + field
                + ", expected ids from 0 to "
                + (config.vocabularySize() - 1));
      }
      ends.add(id.intValue());
    }
  }

  public ModelConfig config() {
    return config;
  }

  /** Ids that end a generation: those of generation_config.json and config.json. */
  public Set<Integer> endTokens() {
    return endTokens;
  }

  @Override
  public WeightTensor tensor(String name, int... shape) {
    SafetensorsFile file = fileOfTensor.get(name);
    if (file == null) {
      throw invalid(
          "has no tensor "
              + name
              + ", which config.json asks for; the weights are incomplete or of another model");
    }
    return file.tensor(name, IntStream.of(shape).boxed().toList());
  }

  private EngineException invalid(String what) {
    return new EngineException(ErrorCode.CHECKPOINT_INVALID, directory + " " + what);
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
