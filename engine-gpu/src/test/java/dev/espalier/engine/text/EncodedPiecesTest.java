package dev.espalier.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cutting a text at its added tokens and remembering what stands between changes no token. */
class EncodedPiecesTest {
  private static final Path RESOURCES = Path.of("src/test/resources/tokenizer");

  private static final List<String> PARTS =
      List.of(
          "<s>",
          "</s>",
          "<s",
          ">",
          "<unk>",
          "[INST]",
          "[/INST]",
          "[INST",
          "]",
          "<|eot_id|>",
          "<|begin_of_text|>",
          "<|start_header_id|>",
          "<|",
          "<tool_call>",
          "\n",
          "\n\n",
          " ",
          "  ",
          "▁",
          "▁▁",
          "a",
          "Hello",
          " world",
          "Würze",
          "退款",
          "😀",
          "\t",
          "<0x0A>",
          "12345",
          "é");

  @TempDir Path directory;

  private static String random(Random random, int parts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts; i++) {
      text.append(PARTS.get(random.nextInt(PARTS.size())));
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-style", "llama2-style", "mistral-style", "gemma-style"})
  void piecesGiveTheTokensOfTheWhole(String name) throws IOException {
    Tokenizer tokenizer = HuggingFaceTokenizer.load(RESOURCES.resolve(name));
    NativeTokenizer library =
        new NativeTokenizer(Files.readString(RESOURCES.resolve(name).resolve("tokenizer.json")));
    Random random = new Random(17);
    for (int i = 0; i < 3000; i++) {
      String text = random(random, 1 + random.nextInt(i % 50 == 0 ? 200 : 12));
      for (int repeat = 0; repeat < 2; repeat++) {
        assertThat(tokenizer.encode(text, false))
            .as(text)
            .isEqualTo(TokenSequence.of(library.encode(text, false)));
      }
    }
  }

  /** As Phi 3 has it: the white space behind an end of turn belongs to its token. */
  @Test
  void tokensThatTakeWhiteSpaceAreLeftToTheLibrary() throws IOException {
    String definition =
        Files.readString(RESOURCES.resolve("llama2-style/tokenizer.json"))
            .replace("\"rstrip\":false", "\"rstrip\":true");
    Files.writeString(directory.resolve("tokenizer.json"), definition);
    Tokenizer tokenizer = HuggingFaceTokenizer.load(directory);
    NativeTokenizer library = new NativeTokenizer(definition);
    Random random = new Random(18);
    for (int i = 0; i < 500; i++) {
      String text = random(random, 1 + random.nextInt(12));
      assertThat(tokenizer.encode(text, false))
          .as(text)
          .isEqualTo(TokenSequence.of(library.encode(text, false)));
    }
    assertThat(tokenizer.decode(tokenizer.encodeContinuation("a  b</s> \n c")))
        .isEqualTo("a  b</s> c");
    assertThat(tokenizer.decode(tokenizer.encodeContinuation("b"))).isEqualTo("b");
  }

  @Test
  void cacheForgetsTheLongestUnused() {
    EncodingCache cache = new EncodingCache(1 << 22);
    String mebi = "m".repeat((1 << 20) - 1024);
    List<String> encoded = new ArrayList<>();
    Function<String, int[]> encoder =
        text -> {
          encoded.add(text.substring(0, 1));
          return new int[] {text.charAt(0) - '0'};
        };
    for (int i = 0; i < 4; i++) {
      assertThat(cache.get(i + mebi, encoder)).containsExactly(i);
    }
    assertThat(cache.get("0" + mebi, encoder)).containsExactly(0);
    assertThat(cache.get("4" + mebi, encoder)).containsExactly(4);
    assertThat(encoded).containsExactly("0", "1", "2", "3", "4");
    assertThat(cache.get("1" + mebi, encoder)).containsExactly(1);
    assertThat(cache.get("0" + mebi, encoder)).containsExactly(0);
    assertThat(cache.get("4" + mebi, encoder)).containsExactly(4);
    assertThat(encoded).containsExactly("0", "1", "2", "3", "4", "1");
    String more = "9".repeat((1 << 20) + 1);
    assertThat(cache.get(more, encoder)).containsExactly(9);
    assertThat(cache.get(more, encoder)).containsExactly(9);
    assertThat(encoded).endsWith("9", "9");
  }

  @Test
  void anEncoderThatFailsIsAskedAgain() {
    EncodingCache cache = new EncodingCache(1 << 22);
    assertThatThrownBy(
            () ->
                cache.get(
                    "a",
                    text -> {
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    assertThat(cache.get("a", text -> new int[] {1})).containsExactly(1);
  }

  @Test
  void aTextIsTokenisedOnceHoweverManyAskForIt() throws IOException {
    NativeTokenizer library =
        new NativeTokenizer(Files.readString(RESOURCES.resolve("llama3-style/tokenizer.json")));
    List<int[]> tokens =
        IntStream.range(0, 400).parallel().mapToObj(i -> library.encode("text " + i % 4)).toList();
    assertThat(library.tokenised()).isEqualTo(4);
    for (int i = 0; i < 400; i++) {
      assertThat(tokens.get(i)).isSameAs(library.encode("text " + i % 4, false));
    }
    assertThat(library.tokenised()).isEqualTo(4);
  }
}
