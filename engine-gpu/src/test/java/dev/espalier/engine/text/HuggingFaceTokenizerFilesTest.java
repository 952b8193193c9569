package dev.espalier.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.TokenSequence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceTokenizerFilesTest {
  private static final Path RESOURCES = Path.of("src/test/resources/tokenizer");

  @TempDir Path directory;

  private void assertInvalid(String... message) {
    assertThatThrownBy(() -> HuggingFaceTokenizer.load(directory))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID))
        .hasMessageContainingAll(message);
  }

  private String definition(String name) throws IOException {
    return Files.readString(RESOURCES.resolve(name).resolve("tokenizer.json"));
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(directory.resolve(file), content);
  }

  @Test
  void missingFileIsNamed() {
    assertInvalid("tokenizer.json is missing");
  }

  @Test
  void fileCutAnywhereIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(RESOURCES.resolve("llama2-style/tokenizer.json"));
    for (int length = 0; length < whole.length - 1; length += 97) {
      Files.write(directory.resolve("tokenizer.json"), Arrays.copyOf(whole, length));
      assertInvalid("tokenizer.json");
    }
  }

  @Test
  void brokenConfigIsNamedWithItsPlace() throws IOException {
    write("tokenizer.json", definition("llama3-style"));
    write("tokenizer_config.json", "{\n \"bos_token\": <s>}");
    assertInvalid("tokenizer_config.json is no JSON: line 2");
  }

  @Test
  void whatIsNotSupportedIsRefusedByName() throws IOException {
    write(
        "tokenizer.json", definition("llama3-style").replace("\"type\":\"BPE\"", "\"type\":\"X\""));
    assertInvalid("tokenizer.json");
    String bpe = definition("llama2-style");
    write("tokenizer.json", bpe.replace("\"type\":\"ByteFallback\"", "\"type\":\"WordPiece\""));
    assertInvalid("decoder WordPiece is not supported");
    write(
        "tokenizer.json",
        bpe.replace("\"end_of_word_suffix\":null", "\"end_of_word_suffix\":\"_\""));
    assertInvalid("model.end_of_word_suffix is not supported");
    write("tokenizer.json", bpe.replace("\"<unk>\":0", "\"<unk>\":-1"));
    assertInvalid("token \"<unk>\" has the id -1");
  }

  @Test
  void configDoesNotDecideAboutTheBeginning() throws IOException {
    write("tokenizer.json", definition("llama2-style"));
    write("tokenizer_config.json", "{\"add_bos_token\": false, \"bos_token\": \"<s>\"}");
    Tokenizer tokenizer = HuggingFaceTokenizer.load(directory);
    assertThat(tokenizer.encode("a", true))
        .isEqualTo(
            TokenSequence.of(tokenizer.id("<s>").getAsInt()).concat(tokenizer.encode("a", false)));
  }

  @Test
  void specialTokensAddNoBytesButAreWrittenOut() {
    Tokenizer tokenizer = HuggingFaceTokenizer.load(RESOURCES.resolve("llama3-style"));
    int end = tokenizer.id("<|eot_id|>").getAsInt();
    int late = tokenizer.id("<|late|>").getAsInt();
    int call = tokenizer.id("<tool_call>").getAsInt();
    int word = tokenizer.id("Würze").getAsInt();
    assertThat(tokenizer.isSpecial(end)).isTrue();
    assertThat(tokenizer.isSpecial(late)).isTrue();
    assertThat(tokenizer.isSpecial(call)).isFalse();
    assertThat(tokenizer.bytes(end)).isEmpty();
    assertThat(tokenizer.bytes(call)).isEqualTo("<tool_call>".getBytes(StandardCharsets.UTF_8));
    assertThat(tokenizer.bytes(word)).isEqualTo("Würze".getBytes(StandardCharsets.UTF_8));
    assertThat(tokenizer.decode(TokenSequence.of(call, end, late, word)))
        .isEqualTo("<tool_call><|eot_id|><|late|>Würze");
    assertThat(tokenizer.encode("x<|late|>", false).get(1)).isEqualTo(late);
  }

  @Test
  void idsWithoutTokenAddNothing() {
    Tokenizer tokenizer = HuggingFaceTokenizer.load(RESOURCES.resolve("llama3-style"));
    assertThat(tokenizer.bytes(tokenizer.size())).isEmpty();
    assertThat(tokenizer.bytes(-1)).isEmpty();
    assertThat(tokenizer.isSpecial(-1)).isFalse();
    assertThat(tokenizer.id("no such token")).isEmpty();
  }

  @Test
  void bytesThatAreNoTextAreReplaced() {
    Tokenizer tokenizer = HuggingFaceTokenizer.load(RESOURCES.resolve("llama2-style"));
    int half = tokenizer.id("<0xE7>").getAsInt();
    assertThat(tokenizer.bytes(half)).containsExactly(0xE7);
    assertThat(tokenizer.decode(TokenSequence.of(half))).isEqualTo("\uFFFD");
  }

  @Test
  void halfASurrogatePairIsRefusedWithItsPlace() {
    Tokenizer tokenizer = HuggingFaceTokenizer.load(RESOURCES.resolve("llama2-style"));
    for (String text : new String[] {"ab\uD83D", "ab\uDE00", "ab\uD83Dx", "ab\uDE00\uD83D"}) {
      assertThatThrownBy(() -> tokenizer.encode(text, true))
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETERS))
          .hasMessageContaining("index 2");
    }
    assertThat(tokenizer.decode(tokenizer.encodeContinuation("ab\uD83D\uDE00"))).isEqualTo("ab😀");
  }

  @Test
  void spaceBehindASpecialTokenIsAsInAWholeText() {
    Tokenizer tokenizer = HuggingFaceTokenizer.load(RESOURCES.resolve("llama2-style"));
    TokenSequence whole = tokenizer.encode("Hello</s><s>Again", false);
    TokenSequence joined =
        tokenizer.encode("Hello", false).concat(tokenizer.encodeContinuation("</s><s>Again"));
    assertThat(joined).isEqualTo(whole);
    assertThat(tokenizer.decode(tokenizer.encodeContinuation(" b</s>c"))).isEqualTo(" b</s> c");
  }

  @Test
  void aPatternThatCanBlowUpIsRefusedWithItsPlace() throws IOException {
    String split =
        "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(a+)+$\"}, \"behavior\": \"Isolated\","
            + " \"invert\": false}";
    String replace =
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"(.*)*x\"}, \"content\": \"\"}";
    refuses(
        "pre_tokenizer",
        "{\"type\": \"Sequence\", \"pretokenizers\": [" + split + "]}",
        "pre_tokenizer.pretokenizers[0].pattern.Regex, (a+)+$, repeats a repetition");
    refuses("normalizer", replace, "normalizer.pattern.Regex, (.*)*x, repeats what may be empty");
    refuses(
        "decoder",
        "{\"type\": \"Sequence\", \"decoders\": [" + replace + "]}",
        "decoder.decoders[0].pattern.Regex");
  }

  private void refuses(String part, String value, String message) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode tree = (ObjectNode) json.readTree(definition("llama3-style"));
    tree.set(part, json.readTree(value));
    write("tokenizer.json", tree.toString());
    assertInvalid("tokenizer.json has a regular expression that is refused", message);
  }
}
