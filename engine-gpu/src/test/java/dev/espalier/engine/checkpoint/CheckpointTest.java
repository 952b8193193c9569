package dev.espalier.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint broken in each way says which file, what was found, and what to do. */
class CheckpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String QUERY = "model.layers.0.self_attn.q_proj.weight";

  @TempDir private Path directory;

  @Test
  void readsShardsAndEndTokens() throws Exception {
    copy("llama3.2");
    edit("generation_config.json", json -> json.putNull("eos_token_id"));
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.endTokens()).containsExactly(2);
    }
    edit("generation_config.json", json -> json.putArray("eos_token_id").add(7).add(3));
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.endTokens()).containsExactly(3, 7);
      assertThat(checkpoint.config().vocabularySize()).isEqualTo(250);
      WeightTensor tensor = checkpoint.tensor(QUERY, 64, 48);
      assertThat(tensor.type()).isEqualTo(ElementType.BF16);
      assertThat(tensor.rows(63, 1).remaining()).isEqualTo(96);
    }
  }

  @Test
  void readsAreTheBytesOfTheRows() throws Exception {
    copy("llama3.2");
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      WeightTensor tensor = checkpoint.tensor(QUERY, 64, 48);
      ByteBuffer rows = tensor.rows(3, 5);
      for (int[] range : new int[][] {{0, 480}, {0, 1}, {479, 1}, {95, 98}, {17, 0}}) {
        ByteBuffer direct = ByteBuffer.allocateDirect(range[1]);
        tensor.read(3, 5, range[0], direct);
        assertThat(direct.flip()).isEqualTo(rows.slice(range[0], range[1]));
      }
    }
  }

  @Test
  void fileThatBecomesShorterWhileItIsOpen() throws Exception {
    copy("qwen3");
    Path file = directory.resolve("model.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      WeightTensor tensor = checkpoint.tensor("model.embed_tokens.weight", 250, 48);
      try (RandomAccessFile shrunk = new RandomAccessFile(file.toFile(), "rw")) {
        shrunk.setLength(3000);
      }
      assertThatThrownBy(() -> tensor.read(0, 250, 0, ByteBuffer.allocateDirect(24_000)))
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID))
          .hasMessageContaining("model.safetensors: became shorter after it was opened")
          .hasMessageContaining("model.embed_tokens.weight");
    }
  }

  @Test
  void truncatedFile() throws Exception {
    copy("qwen3");
    Path file = directory.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1000));
    fails("model.safetensors: tensor model.", " lies at bytes ", "but the data of the file");
    Files.write(file, Arrays.copyOf(bytes, 900));
    fails("model.safetensors says that its header has", "the file has 900", "fetch it again");
    Files.write(file, Arrays.copyOf(bytes, 5));
    fails("model.safetensors has 5 bytes");
  }

  @Test
  void headerLengthThatLies() throws Exception {
    copy("qwen3");
    for (long length : new long[] {0, 1, -1, Long.MAX_VALUE, 1L << 40}) {
      overwrite(
          0, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length).array());
      fails("model.safetensors says that its header has", "bytes, but the file has");
    }
    overwrite(0, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 40).array());
    fails("has a header that is no JSON");
  }

  @Test
  void headerThatIsNoObject() throws Exception {
    copy("qwen3");
    write("[1, 2]", 0);
    fails("has a header that is no JSON object");
    write("{\"a\": {\"dtype\": \"BF16\"}}", 0);
    fails("tensor a needs dtype, shape and data_offsets");
    write("{\"a\": {\"dtype\": \"BF16\", \"shape\": [-1], \"data_offsets\": [0, 2]}}", 2);
    fails("tensor a has shape [-1]");
    write("{\"a\": {\"dtype\": \"BF16\", \"shape\": [1], \"data_offsets\": [0, 2.5]}}", 2);
    fails("tensor a needs dtype, shape and data_offsets");
    write("{\"a\": {\"dtype\": \"BF16\", \"shape\": [1], \"data_offsets\": [0.0, 2.0]}}", 2);
    fails("tensor a needs dtype, shape and data_offsets");
    write("{\"__metadata__\": {\"format\": 1}}", 0);
    fails("has a header whose __metadata__ holds other than texts");
    write(
        "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]},"
            + "\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}",
        4);
    fails("has a header that is no JSON", "the name 'a' is there twice");
  }

  @Test
  void offsetsOutOfRangeOverlappingOrWithGaps() throws Exception {
    copy("qwen3");
    write(two(0, 8, 8, 20), 16);
    fails("tensor b lies at bytes 8 to 20, but the data of the file has 16 bytes");
    write(two(0, 8, 6, 14), 14);
    fails("tensor b overlaps a: it begins at byte 6, expected 8");
    write(two(0, 8, 10, 18), 18);
    fails("tensor b leaves a gap after a: it begins at byte 10, expected 8");
    write(two(-2, 8, 8, 16), 16);
    fails("tensor a lies at bytes -2 to 8");
    write(two(0, 8, 8, 16), 20);
    fails("has 20 bytes of data, but its tensors end at byte 16");
    write(two(0, 8, 8, 16), 16);
    try (SafetensorsFile file = SafetensorsFile.open(directory.resolve("model.safetensors"))) {
      assertThat(file.tensor("b", List.of(2)).rowCount()).isEqualTo(2);
      assertThatThrownBy(() -> file.tensor("b", List.of(3)))
          .hasMessageContaining("tensor b has shape [2], expected [3]");
    }
  }

  private static String two(long a, long aEnd, long b, long bEnd) {
    String format = "\"%s\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [%d, %d]}";
    return "{"
        + String.format(format, "a", a, aEnd)
        + ","
        + String.format(format, "b", b, bEnd)
        + "}";
  }

  @Test
  void tensorThatIsMissingOrOfAnotherShapeOrType() throws Exception {
    copy("qwen3");
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThatThrownBy(() -> checkpoint.tensor("model.layers.9.norm", 1))
          .hasMessageContaining(directory + " has no tensor model.layers.9.norm")
          .hasMessageContaining("incomplete or of another model");
      assertThatThrownBy(() -> checkpoint.tensor(QUERY, 96, 50))
          .hasMessageContaining(
              "model.safetensors: tensor " + QUERY + " has shape [96, 48], expected [96, 50]");
    }
    write("{\"a\": {\"dtype\": \"I8\", \"shape\": [4], \"data_offsets\": [0, 4]}}", 4);
    try (SafetensorsFile file = SafetensorsFile.open(directory.resolve("model.safetensors"))) {
      assertThatThrownBy(() -> file.tensor("a", List.of(4)))
          .hasMessageContaining("tensor a has dtype I8, expected BF16, F16 or F32");
    }
    write("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 4]}}", 4);
    try (SafetensorsFile file = SafetensorsFile.open(directory.resolve("model.safetensors"))) {
      assertThatThrownBy(() -> file.tensor("a", List.of(2)))
          .hasMessageContaining("tensor a has 4 bytes, expected 8 for F32 [2]");
    }
  }

  @Test
  void allWeightsThatDoNotFitAreNamedBeforeOneIsLoaded() throws Exception {
    copy("qwen3");
    Header header = new Header(directory.resolve("model.safetensors"));
    header.rename("model.layers.1.mlp.up_proj.weight", "model.layers.1.mlp.up.weight");
    header.tensor(QUERY).putArray("shape").add(48).add(96);
    header.tensor("model.norm.weight").put("dtype", "F64");
    header.write();
    fails(
        "has other weights than its config.json asks for (3 of 35)",
        "model.layers.1.mlp.up_proj.weight is missing",
        QUERY + " has shape [48, 96], expected [96, 48] by config.json",
        "model.norm.weight has dtype F64, expected BF16, F16 or F32");
  }

  @Test
  void aConfigurationOfALargerModelNamesTheFirstMissingWeights() throws Exception {
    copy("qwen3");
    edit("config.json", json -> json.put("num_hidden_layers", 1024).remove("layer_types"));
    fails("model.layers.3.self_attn.q_proj.weight is missing", "more. The weights are incomplete");
    edit("config.json", json -> json.put("num_hidden_layers", 3).put("vocab_size", 4_000_000));
    fails("model.embed_tokens.weight has shape [250, 48], expected [4000000, 48]");
  }

  @Test
  void weightsThatNoLayerTakesAreNamed() throws Exception {
    copy("qwen3");
    Path file = directory.resolve("model.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.unusedWeights()).isEmpty();
      assertThat(checkpoint.remark()).isEmpty();
    }
    edit("config.json", json -> json.put("num_hidden_layers", 2).remove("layer_types"));
    Header header = new Header(file);
    header.add("model.layers.0.self_attn.rotary_emb.inv_freq", "F32", 4);
    header.write();
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.unusedWeights()).hasSize(11).allMatch(w -> w.contains("layers.2."));
      assertThat(checkpoint.remark())
          .contains("weights that the model does not take: model.layers.2.input_layernorm.weight")
          .doesNotContain("inv_freq");
    }
  }

  @Test
  void shardsMayHoldWhatTheIndexDoesNotTellOf() throws Exception {
    copy("llama3.2");
    edit(
        "model.safetensors.index.json",
        json -> json.withObject("/weight_map").remove("model.norm.weight"));
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.tensor("model.norm.weight", 48).rowCount()).isEqualTo(48);
    }
    Header header = new Header(directory.resolve("model-00001-of-00003.safetensors"));
    header.add("model.norm.weight", "BF16", 48);
    header.write();
    fails("has tensor model.norm.weight in both model-0000");
  }

  @Test
  void theHeadOfATiedModelIsTheFilesWhereItDiffers() throws Exception {
    copy("qwen3");
    Path file = directory.resolve("model.safetensors");
    byte[] embedding;
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.config().tiedEmbeddings()).isTrue();
      ByteBuffer rows = checkpoint.tensor("model.embed_tokens.weight", 250, 48).rows(0, 250);
      embedding = new byte[rows.remaining()];
      rows.get(embedding);
    }
    byte[] before = Files.readAllBytes(file);
    for (int changed : new int[] {-1, 0, embedding.length - 1}) {
      Files.write(file, before);
      byte[] head = embedding.clone();
      if (changed >= 0) {
        head[changed] ^= 1;
      }
      Header header = new Header(file);
      header.add("lm_head.weight", "BF16", head, 250, 48);
      header.write();
      try (Checkpoint checkpoint = Checkpoint.open(directory)) {
        assertThat(checkpoint.config().tiedEmbeddings()).isEqualTo(changed < 0);
        assertThat(checkpoint.unusedWeights()).isEmpty();
      }
    }
    Files.write(file, before);
    Header header = new Header(file);
    header.rename("model.embed_tokens.weight", "lm_head.weight");
    header.write();
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.config().tiedEmbeddings()).isTrue();
      assertThat(checkpoint.tensor("model.embed_tokens.weight", 250, 48).name())
          .isEqualTo("lm_head.weight");
    }
    Files.write(file, before);
    header = new Header(file);
    header.add("lm_head.weight", "BF16", new byte[96], 1, 48);
    header.write();
    fails("lm_head.weight has shape [1, 48], expected [250, 48]");
  }

  /** A safetensors file to be changed. */
  private static final class Header {
    private final Path path;
    private final ObjectNode json;
    private byte[] data;

    Header(Path path) throws IOException {
      this.path = path;
      ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = new byte[Math.toIntExact(file.getLong())];
      file.get(header);
      json = (ObjectNode) JSON.readTree(header);
      data = new byte[file.remaining()];
      file.get(data);
    }

    ObjectNode tensor(String name) {
      return (ObjectNode) json.get(name);
    }

    void rename(String name, String other) {
      json.set(other, json.remove(name));
    }

    void add(String name, String dtype, int length) {
      add(name, dtype, new byte[length * (dtype.equals("F32") ? 4 : 2)], length);
    }

    void add(String name, String dtype, byte[] bytes, int... shape) {
      ObjectNode tensor = json.putObject(name).put("dtype", dtype);
      for (int length : shape) {
        tensor.withArray("shape").add(length);
      }
      tensor.putArray("data_offsets").add(data.length).add(data.length + bytes.length);
      byte[] longer = Arrays.copyOf(data, data.length + bytes.length);
      System.arraycopy(bytes, 0, longer, data.length, bytes.length);
      data = longer;
    }

    void write() throws IOException {
      byte[] header = JSON.writeValueAsBytes(json);
      ByteBuffer file =
          ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
      Files.write(path, file.putLong(header.length).put(header).put(data).array());
    }
  }

  @Test
  void shardsThatDoNotFitTheirIndex() throws Exception {
    copy("llama3.2");
    Path shard = directory.resolve("model-00002-of-00003.safetensors");
    Path aside = directory.resolve("aside");
    Files.move(shard, aside);
    fails("index.json names model-00002-of-00003.safetensors, which is missing");
    Files.copy(directory.resolve("model-00001-of-00003.safetensors"), shard);
    fails("says that tensor", "is in model-00002-of-00003.safetensors, but it is not there");
    Files.move(aside, shard, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    edit(
        "model.safetensors.index.json",
        json -> json.withObject("/weight_map").put(QUERY, "../elsewhere.safetensors"));
    fails("index.json names ../elsewhere.safetensors, which is not in the directory");
    edit("model.safetensors.index.json", json -> json.remove("weight_map"));
    fails("index.json has no weight_map");
  }

  @Test
  void directoryThatIsNoCheckpoint() throws Exception {
    assertThatThrownBy(() -> Checkpoint.open(directory.resolve("nowhere")))
        .hasMessageContaining("nowhere is not a directory");
    fails("config.json: cannot be read: there is no such file");
    copy("qwen3");
    Files.delete(directory.resolve("model.safetensors"));
    fails("holds neither model.safetensors nor model.safetensors.index.json");
    Files.writeString(directory.resolve("config.json"), "{\"hidden_size\": ");
    fails("config.json is no JSON");
  }

  @Test
  void filesBesideTheWeightsThatAreNoObjects() throws Exception {
    copy("qwen3");
    for (String content : List.of("[]", "7", "null", "\"eos_token_id\"", "")) {
      Files.writeString(directory.resolve("generation_config.json"), content);
      fails("generation_config.json is no JSON object; fetch the file again");
    }
    Files.writeString(directory.resolve("generation_config.json"), "{}");
    Checkpoint.open(directory).close();
    Files.delete(directory.resolve("model.safetensors"));
    Files.writeString(directory.resolve("model.safetensors.index.json"), "[]");
    fails("model.safetensors.index.json is no JSON object");
  }

  private void fails(String... parts) {
    assertThatThrownBy(() -> Checkpoint.open(directory).close())
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID);
              assertThat(e).hasMessageContaining(directory.toString());
              assertThat(e.getMessage()).doesNotContain("Exception", "java.");
              for (String part : parts) {
                assertThat(e).hasMessageContaining(part);
              }
            });
  }

  private void write(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(
        directory.resolve("model.safetensors"), file.putLong(json.length).put(json).array());
  }

  private void overwrite(long position, byte[] bytes) throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
      file.seek(position);
      file.write(bytes);
    }
  }

  private void edit(String name, Consumer<ObjectNode> change) throws IOException {
    Path file = directory.resolve(name);
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(json);
    Files.write(file, JSON.writeValueAsBytes(json));
  }

  private void copy(String family) throws IOException, URISyntaxException {
    Path source = Path.of(CheckpointTest.class.getResource("/golden/families/" + family).toURI());
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, directory.resolve(file.getFileName().toString()));
      }
    }
  }
}
