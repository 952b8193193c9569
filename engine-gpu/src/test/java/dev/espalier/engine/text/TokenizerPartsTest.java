package dev.espalier.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is accepted here goes into the native library, which ends the process where it is wrong: a
 * check that lets too much through ends this test's.
 */
class TokenizerPartsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path RESOURCES = Path.of("src/test/resources/tokenizer");
  private static final String[] TEXTS = {
    "", " ", "aB the \uFB01x", "a\u0300\u0301", "\u0301", "\u3000 \u0000", "İıß\uD83D\uDE00", "한국어",
  };

  @TempDir Path directory;

  private static ObjectNode llama3() throws IOException {
    return (ObjectNode)
        JSON.readTree(RESOURCES.resolve("llama3-style").resolve("tokenizer.json").toFile());
  }

  private HuggingFaceTokenizer load(JsonNode tokenizer) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer.toString());
    return HuggingFaceTokenizer.load(directory);
  }

  private void assertRefused(JsonNode tokenizer, String... message) {
    assertThatThrownBy(() -> load(tokenizer))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID))
        .hasMessageContaining("tokenizer.json holds no tokenizer: ")
        .hasMessageContainingAll(message)
        .message()
        .doesNotContain("com.fasterxml", "enum ", "struct ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
normalizer     | {"type":"Prepend","prepend":""}                                        | normalizer.prepend is empty
normalizer     | {"type":"Replace","pattern":{"String":""},"content":"x"}               | normalizer.pattern can match nothing
normalizer     | {"type":"Replace","pattern":{"Regex":"a*"},"content":"x"}              | normalizer.pattern can match nothing
normalizer     | {"type":"Replace","pattern":{"Regex":"a{0,3}+"},"content":"x"}         | normalizer.pattern can match nothing
normalizer     | {"type":"Replace","pattern":{"Regex":"(?=a)^"},"content":"x"}          | normalizer.pattern can match nothing
normalizer     | {"type":"Precompiled","precompiled_charsmap":null}                     | normalizer.precompiled_charsmap is damaged
normalizer     | {"type":"Precompiled","precompiled_charsmap":"AAAAAA=="}               | normalizer.precompiled_charsmap is damaged
normalizer     | {"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Prepend"}]}  | normalizer.normalizers[1].prepend is empty
pre_tokenizer  | {"type":"FixedLength","length":0}                                      | pre_tokenizer.length has to be 1 or more
post_processor | {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}}],"pair":[],"special_tokens":{}} | writes the token "<s>", which is not in special_tokens
post_processor | {"type":"TemplateProcessing","single":[{"Sequence":{"id":"B","type_id":0}}],"pair":[],"special_tokens":{}}         | writes a second text
pre_tokenizer  | {"type":"Nope"}                                                        | there is none of the kinds that are known
truncation     | 7                                                                      | expected an object at line 1
added_tokens   | {}                                                                     | added_tokens is no list
added_tokens   | [7]                                                                    | added_tokens[0] is no object
""")
  void partThatEndsTheProcessIsRefusedByItsPlace(String field, String value, String message)
      throws IOException {
    ObjectNode tokenizer = llama3();
    tokenizer.set(field, JSON.readTree(value));
    assertRefused(tokenizer, message);
  }

  @Test
  void normalizerThatMakesLongTextsOfShortOnesIsRefused() throws IOException {
    ObjectNode tokenizer = llama3();
    ObjectNode sequence = tokenizer.putObject("normalizer").put("type", "Sequence");
    for (int i = 0; i < 4; i++) {
      ObjectNode replace = sequence.withArray("normalizers").addObject().put("type", "Replace");
      replace.put("content", "a".repeat(60)).putObject("pattern").put("String", "a");
    }
    assertRefused(tokenizer, "normalizer.normalizers[1] makes a text more than 64 times as long");
  }

  @Test
  void tokensByChanceAreRefused() throws IOException {
    ObjectNode tokenizer = llama3();
    ((ObjectNode) tokenizer.get("model")).put("dropout", 0.1);
    assertRefused(tokenizer, "model.dropout is 0.1", "set it to null");
    ((ObjectNode) tokenizer.get("model")).put("dropout", 0.0);
    assertThatCode(() -> load(tokenizer)).doesNotThrowAnyException();
  }

  @Test
  void idThatTheLibraryWouldNotGiveIsRefused() throws IOException {
    int next = load(llama3()).size();
    for (long id : new long[] {0, 500, next + 1, next + 1000}) {
      assertRefused(with(id, "<new>", false), "\"<new>\" says that its id is " + id, "is " + next);
    }
    assertRefused(with(next, "<|begin_of_text|>", false), "it is there with the id");
    HuggingFaceTokenizer larger = load(with(next, "<new>", false));
    assertThat(larger.encode("<new>", false).toArray()).containsExactly(next);
    assertThat(larger.bytes(next)).asString().isEqualTo("<new>");
  }

  @Test
  void idBeyondAllModelsIsRefusedBeforeAnythingIsAllocated() throws IOException {
    for (long id : new long[] {2_000_000_000, Integer.MAX_VALUE, 1L << 32, -1}) {
      assertRefused(with(id, "<new>", false), "token \"<new>\" has the id " + id);
      ObjectNode tokenizer = llama3();
      ((ObjectNode) tokenizer.at("/model/vocab")).put("far", id);
      assertRefused(tokenizer, "token \"far\" has the id " + id);
    }
  }

  private static ObjectNode with(long id, String content, boolean normalized) throws IOException {
    ObjectNode tokenizer = llama3();
    ObjectNode token = tokenizer.withArray("added_tokens").addObject();
    token.put("id", id).put("content", content).put("normalized", normalized);
    token.put("single_word", false).put("lstrip", false).put("rstrip", false).put("special", false);
    return tokenizer;
  }

  @Test
  void addedTokenOfWhichTheNormalizerLeavesNothingIsRefused() throws IOException {
    int next = load(llama3()).size();
    ObjectNode tokenizer = with(next, "  ", true);
    tokenizer.set(
        "normalizer",
        JSON.readTree("{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}"));
    assertRefused(tokenizer, "leaves nothing of the added token \"  \"", "normalized to false");
    ((ObjectNode) tokenizer.withArray("added_tokens").get(tokenizer.get("added_tokens").size() - 1))
        .put("normalized", false);
    assertThat(load(tokenizer).encode("a  b", false).toArray()).contains(next);
  }

  /** SentencePiece 0.2 compiled it: A to a, B to bc, ﬁ to fi, a with grave to à, and two more. */
  @Test
  void mapOfCharactersIsTakenAsSentencePieceMakesIt() throws IOException {
    ObjectNode tokenizer = llama3();
    setMap(tokenizer, map());
    HuggingFaceTokenizer mapped = load(tokenizer);
    assertThat(mapped.decode(mapped.encode("AB \uFB01 a\u0300 \uD83D\uDE00", false)))
        .isEqualTo("abc fi à :)");
  }

  private static byte[] map() throws IOException {
    return Base64.getDecoder().decode(Files.readString(RESOURCES.resolve("character-map.b64")));
  }

  private static void setMap(ObjectNode tokenizer, byte[] map) {
    tokenizer
        .putObject("normalizer")
        .put("type", "Precompiled")
        .put("precompiled_charsmap", Base64.getEncoder().encodeToString(map));
  }

  @Test
  void damagedMapOfCharactersNeverEndsTheProcess() throws IOException {
    byte[] sound = map();
    Random random = new Random(7);
    ObjectNode tokenizer = JSON.createObjectNode();
    ObjectNode model = tokenizer.putObject("model").put("type", "WordLevel").put("unk_token", "?");
    model.putObject("vocab").put("?", 0);
    int refused = 0;
    for (int i = 0; i < 4 * sound.length; i++) {
      byte[] damaged = sound.clone();
      damaged[i / 4] =
          (byte) (i % 4 < 2 ? damaged[i / 4] ^ 1 << random.nextInt(8) : random.nextInt());
      String text = Base64.getEncoder().encodeToString(damaged);
      try {
        CharacterMap.check(TextNode.valueOf(text));
      } catch (IllegalArgumentException e) {
        refused++;
        continue;
      }
      setMap(tokenizer, damaged);
      NativeTokenizer accepted = new NativeTokenizer(tokenizer.toString());
      for (String sample : TEXTS) {
        accepted.encode(sample);
      }
    }
    assertThat(refused).isBetween(100, 4 * sound.length - 100);
  }
}
