package dev.espalier.bench;

import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.WeightShapes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a checkpoint of a shape in Hugging Face form: random bfloat16 weights in shards, and a
 * tokenizer by which each character of ASCII is a token. Speed does not depend on either.
 */
public final class RandomCheckpoint {
  private static final long SHARD_BYTES = 5_000_000_000L;
  private static final int BLOCK_BYTES = 1 << 24;
  private static final double SPREAD = 0.02;
  private static final String INDEX = "model.safetensors.index.json";

  private final ModelConfig shape;
  private final Path directory;
  private final byte[] noise = noise();

  private record Shard(String name, Map<String, List<Integer>> weights) {}

  private RandomCheckpoint(ModelConfig shape, Path directory) {
    this.shape = shape;
    this.directory = directory;
  }

  /**
   * Writes all files, replacing those that are there.
   *
   * @param directory made if it is not there
   */
  public static void write(ModelConfig shape, Path directory) throws IOException {
    Files.createDirectories(directory);
    new RandomCheckpoint(shape, directory).write();
  }

  private void write() throws IOException {
    Files.writeString(directory.resolve("config.json"), config());
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer());
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"add_bos_token\": false}\n");
    List<Shard> shards = shards();
    try {
      shards.parallelStream().forEach(this::write);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    StringBuilder index = new StringBuilder();
    for (Shard shard : shards) {
      for (String weight : shard.weights.keySet()) {
        index.append(index.length() == 0 ? "" : ",\n  ");
        index.append("\"%s\": \"%s\"".formatted(weight, shard.name));
      }
    }
    Files.writeString(
        directory.resolve(INDEX), "{\"metadata\": {}, \"weight_map\": {\n  " + index + "\n}}\n");
  }

  private List<Shard> shards() {
    List<Map<String, List<Integer>>> parts = new ArrayList<>();
    long bytes = SHARD_BYTES;
    for (Map.Entry<String, List<Integer>> weight : WeightShapes.of(shape).entrySet()) {
      if (bytes + bytes(weight.getValue()) > SHARD_BYTES) {
        parts.add(new LinkedHashMap<>());
        bytes = 0;
      }
      parts.get(parts.size() - 1).put(weight.getKey(), weight.getValue());
      bytes += bytes(weight.getValue());
    }
    List<Shard> shards = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String name =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, parts.size());
      shards.add(new Shard(name, parts.get(i)));
    }
    return shards;
  }

  private static long bytes(List<Integer> lengths) {
    long bytes = Short.BYTES;
    for (int length : lengths) {
      bytes *= length;
    }
    return bytes;
  }

  private void write(Shard shard) {
    StringBuilder header = new StringBuilder("{\"__metadata__\": {\"format\": \"pt\"}");
    long at = 0;
    for (Map.Entry<String, List<Integer>> weight : shard.weights.entrySet()) {
      long end = at + bytes(weight.getValue());
      header.append(
          ",\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(weight.getKey(), weight.getValue(), at, end));
      at = end;
    }
    header.append('}');
    while (header.length() % Long.BYTES != 0) {
      header.append(' ');
    }
    try (OutputStream out = Files.newOutputStream(directory.resolve(shard.name))) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putLong(header.length()).array());
      out.write(header.toString().getBytes(StandardCharsets.US_ASCII));
      for (Map.Entry<String, List<Integer>> weight : shard.weights.entrySet()) {
        byte[] block = weight.getKey().contains("norm") ? ones() : noise;
        for (long left = bytes(weight.getValue()); left > 0; left -= block.length) {
          out.write(block, 0, (int) Math.min(left, block.length));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] noise() {
    SplittableRandom random = new SplittableRandom(11);
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (block.hasRemaining()) {
      block.putShort(bfloat16((float) ((random.nextDouble() - 0.5) * 2 * SPREAD)));
    }
    return block.array();
  }

  private static byte[] ones() {
    ByteBuffer block = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    while (block.hasRemaining()) {
      block.putShort(bfloat16(1));
    }
    return block.array();
  }

  private static short bfloat16(float value) {
    return (short) (Float.floatToIntBits(value) >>> 16);
  }

  private String config() {
    var attention = shape.layers().get(0);
    String family = shape.architecture().replace("ForCausalLM", "");
    // The second inverse frequency is theta to the power of -2 / head size.
    double theta = Math.pow(attention.rope().inverseFrequencies()[1], -attention.headSize() / 2.0);
    return String.format(
        Locale.ROOT,
        """
        {
          "architectures": ["%s"],
          "model_type": "%s",
          "vocab_size": %d,
          "hidden_size": %d,
          "intermediate_size": %d,
          "num_hidden_layers": %d,
          "num_attention_heads": %d,
          "num_key_value_heads": %d,
          "head_dim": %d,
          "hidden_act": "silu",
          "max_position_embeddings": %d,
          "rms_norm_eps": %s,
          "rope_theta": %d,
          "tie_word_embeddings": %s,
          "attention_bias": false,
          "mlp_bias": false,
          "torch_dtype": "bfloat16"
        }
        """,
        shape.architecture(),
        family.toLowerCase(Locale.ROOT),
        shape.vocabularySize(),
        shape.hiddenSize(),
        shape.feedForwardSize(),
        shape.layers().size(),
        attention.heads(),
        attention.keyValueHeads(),
        attention.headSize(),
        shape.contextLength(),
        shape.normEpsilon(),
        Math.round(theta),
        shape.tiedEmbeddings());
  }

  /** Byte-level, without merges: the bytes, and words that no text becomes. */
  private String tokenizer() {
    StringBuilder vocabulary = new StringBuilder();
    int id = 0;
    int other = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      String text = String.valueOf((char) (printable ? b : other++));
      vocabulary.append(id == 0 ? "" : ",");
      vocabulary.append('"').append(text.replace("\\", "\\\\").replace("\"", "\\\""));
      vocabulary.append("\":").append(id++);
    }
    while (id < shape.vocabularySize()) {
      StringBuilder word = new StringBuilder();
      for (int digit = 0; digit < 5; digit++) {
        word.append((char) ('a' + ((id >> (4 * digit)) & 15)));
      }
      vocabulary.append(",\"").append(word).append("\":").append(id++);
    }
    return """
    {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
     "normalizer": null,
     "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false,
       "use_regex": true},
     "post_processor": null,
     "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false,
       "use_regex": true},
     "model": {"type": "BPE", "dropout": null, "unk_token": null,
       "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
       "byte_fallback": false, "ignore_merges": false, "merges": [], "vocab": {\
    """
        + vocabulary
        + "}}}\n";
  }
}
