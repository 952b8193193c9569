package dev.espalier.engine.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.FileReason;
import dev.espalier.engine.JsonReason;
import dev.espalier.engine.family.ModelFamilies;
import dev.espalier.engine.family.ReadConfig;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.WeightShapes;
import dev.espalier.engine.model.WeightSource;
import dev.espalier.engine.model.WeightTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * <p>Once it is open, every weight that the model takes is known to be there, with the shape that
 * config.json says and a type that is supported. Its tensors are valid until it is closed; a device
 * copies them while loading.
 */
public final class Checkpoint implements WeightSource, AutoCloseable {
  private static final String CONFIG = "config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";
  private static final int LARGEST_JSON = 64 << 20; // bytes; an index of 100 shards has one MB
  private static final int MOST_NAMED = 12;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final Set<Integer> endTokens;
  private final Map<String, SafetensorsFile> files = new TreeMap<>(); // by file name
  private final Map<String, SafetensorsFile> fileOfTensor = new TreeMap<>();

  private ModelConfig config;

  /** The name that the embedding table has in the files. */
  private String embedding = EMBEDDING;

  private List<String> unused = List.of();

  private Checkpoint(Path directory) {
    this.directory = directory;
    ReadConfig read = ModelFamilies.read(directory.resolve(CONFIG).toString(), text(CONFIG));
    this.config = read.model();
    List<Integer> ends = read.endTokens();
    String file = CONFIG;
    if (Files.exists(directory.resolve(GENERATION))) {
      JsonNode field = json(GENERATION).path("eos_token_id");
      if (!field.isMissingNode() && !field.isNull()) {
        ends = new ArrayList<>();
        for (JsonNode id : field.isArray() ? field : List.of(field)) {
          ends.add(id.isInt() ? id.intValue() : -1);
        }
        file = GENERATION;
      }
    }
    for (int id : ends) {
      if (id < 0 || id >= config.vocabularySize()) {
        throw invalid(
            file + " has an eos_token_id that is no id from 0 to " + (config.vocabularySize() - 1));
      }
    }
    this.endTokens = Collections.unmodifiableSet(new TreeSet<>(ends));
  }

  /**
   * Reads the configuration and the headers of the weights, and compares them.
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
      checkpoint.findTensors();
      checkpoint.findHead();
      checkpoint.compareWeights();
      return checkpoint;
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private void openFiles() {
    if (Files.exists(directory.resolve(SINGLE))) {
      openFile(SINGLE);
    } else if (Files.exists(directory.resolve(INDEX))) {
      openShards();
    } else {
      throw invalid(
          "holds neither "
              + SINGLE
              + " nor "
              + INDEX
              + "; other formats are not read, convert the weights to safetensors");
    }
  }

  /** Like transformers, takes all that is in the shards, whether the index tells of it or not. */
  private void openShards() {
    JsonNode map = json(INDEX).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw invalid(INDEX + " has no weight_map");
    }
    for (String shard : shards(map)) {
      if (!shard.equals(String.valueOf(Path.of(shard).getFileName()))) {
        throw invalid(INDEX + " names " + shard + ", which is not in the directory");
      }
      if (!Files.exists(directory.resolve(shard))) {
        throw invalid(INDEX + " names " + shard + ", which is missing; fetch it");
      }
      openFile(shard);
    }
    map.fields()
        .forEachRemaining(
            field -> {
              String shard = field.getValue().textValue();
              if (!files.get(shard).has(field.getKey())) {
                throw invalid(
                    INDEX
                        + " says that tensor "
                        + field.getKey()
                        + " is in "
                        + shard
                        + ", but it is not there; the shards are not of one checkpoint");
              }
            });
  }

  private Set<String> shards(JsonNode map) {
    Set<String> shards = new TreeSet<>();
    map.fields()
        .forEachRemaining(
            field -> {
              if (!field.getValue().isTextual()
                  || field.getValue().textValue().indexOf('\0') >= 0) {
                throw invalid(INDEX + " names no file for tensor " + field.getKey());
              }
              shards.add(field.getValue().textValue());
            });
    return shards;
  }

  private void openFile(String name) {
    files.put(name, SafetensorsFile.open(directory.resolve(name)));
  }

  private void findTensors() {
    files.forEach(
        (name, file) -> {
          for (String tensor : file.names()) {
            SafetensorsFile other = fileOfTensor.put(tensor, file);
            if (other != null) {
              throw invalid(
                  "has tensor "
                      + tensor
                      + " in both "
                      + other.path().getFileName()
                      + " and "
                      + name);
            }
          }
        });
  }

  /**
   * Decides, like transformers, what is the head of a model that config.json calls tied: where the
   * files hold both a head and an embedding table and they differ, the files are right; where they
   * hold one of them, it is both.
   */
  private void findHead() {
    SafetensorsFile ofHead = fileOfTensor.get(HEAD);
    SafetensorsFile ofEmbedding = fileOfTensor.get(EMBEDDING);
    if (!config.tiedEmbeddings() || ofHead == null) {
      return;
    }
    if (ofEmbedding == null) {
      embedding = HEAD;
    } else if (!ofHead.isSame(HEAD, ofEmbedding, EMBEDDING)) {
      config = config.untied();
    }
  }

  private void compareWeights() {
    Map<String, List<Integer>> expected = WeightShapes.of(config);
    Set<String> extra = new TreeSet<>(fileOfTensor.keySet());
    List<String> problems = new ArrayList<>();
    expected.forEach(
        (asked, shape) -> {
          String name = stored(asked);
          extra.remove(name);
          SafetensorsFile file = fileOfTensor.get(name);
          String problem = file == null ? "is missing" : file.problem(name, shape);
          if (problem != null) {
            problems.add(name + " " + problem);
          }
        });
    if (!problems.isEmpty()) {
      throw invalid(
          "has other weights than its config.json asks for ("
              + problems.size()
              + " of "
              + expected.size()
              + "): "
              + listed(problems, "; ")
              + ". The weights are incomplete or of another model");
    }
    extra.removeIf(name -> name.endsWith("rotary_emb.inv_freq")); // old files have them; computed
    if (config.tiedEmbeddings()) {
      extra.remove(HEAD);
    }
    unused = List.copyOf(extra);
  }

  private static String listed(List<String> items, String separator) {
    String shown = String.join(separator, items.subList(0, Math.min(MOST_NAMED, items.size())));
    return items.size() > MOST_NAMED
        ? shown + separator + "and " + (items.size() - MOST_NAMED) + " more"
        : shown;
  }

  private String stored(String name) {
    return name.equals(EMBEDDING) ? embedding : name;
  }

  private String text(String name) {
    Path path = directory.resolve(name);
    try {
      if (Files.size(path) > LARGEST_JSON) {
        throw invalid(name + " has " + Files.size(path) + " bytes, more than " + LARGEST_JSON);
      }
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, path + ": cannot be read: " + FileReason.of(e), e);
    }
  }

  private JsonNode json(String name) {
    try {
      JsonNode tree = JSON.readTree(text(name));
      if (!tree.isObject()) {
        throw new EngineException(
            ErrorCode.CHECKPOINT_INVALID,
            directory.resolve(name)
                + " is no JSON object; fetch the file again, or leave it out of the model");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID,
          directory.resolve(name) + " is no JSON: " + JsonReason.of(e),
          e);
    }
  }

  /**
   * The model. Its embeddings are tied where config.json says so and the files do not hold another
   * head.
   */
  public ModelConfig config() {
    return config;
  }

  /** Ids that end a generation: those of generation_config.json, without any, of config.json. */
  public Set<Integer> endTokens() {
    return endTokens;
  }

  /**
   * Names of the weights in the files that the model does not take, in order. transformers ignores
   * them too, but they may say that config.json is of another model.
   */
  public List<String> unusedWeights() {
    return unused;
  }

  /** A sentence about {@link #unusedWeights}, or empty if there are none. */
  public String remark() {
    return unused.isEmpty()
        ? ""
        : directory + " holds weights that the model does not take: " + listed(unused, ", ");
  }

  @Override
  public WeightTensor tensor(String name, int... shape) {
    String stored = stored(name);
    SafetensorsFile file = fileOfTensor.get(stored);
    if (file == null) {
      throw invalid(
          "has no tensor "
              + stored
              + ", which config.json asks for; the weights are incomplete or of another model");
    }
    return file.tensor(stored, IntStream.of(shape).boxed().toList());
  }

  private EngineException invalid(String what) {
    return new EngineException(ErrorCode.CHECKPOINT_INVALID, directory + " " + what);
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
