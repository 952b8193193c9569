package dev.espalier.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedPartsTest {
  private static final Path RESOURCES = Path.of("src/test/resources/tokenizer");

  /** What patterns treat apart, white space of all kinds first. */
  private static final List<String> PIECES =
      List.of(
          " ",
          " ",
          " ",
          "  ",
          "\n",
          "\n\n",
          "\r\n",
          "\t",
          " \n ",
          "\u00a0",
          "\u2003",
          "\u2028",
          "\u3000",
          "\u0085",
          "\u001f",
          "word",
          "Word",
          "WORD",
          "order",
          " your",
          "'s",
          "'LL",
          "don't",
          "1",
          "12345",
          "٣",
          "½",
          ".",
          "...",
          "!?",
          "/",
          "-",
          "_",
          "é",
          "e\u0301",
          "\u0301",
          " \u0308",
          "Å",
          "\u212b",
          "退款",
          "한국",
          "ß",
          "😀",
          "👩‍💻",
          "\u200b",
          "\ufeff",
          "\u00ad",
          "\uac00\u11a8");

  private static final String LLAMA_3 = pattern("llama3-style");

  private static String pattern(String name) {
    try {
      return read(name).at("/pre_tokenizer/pretokenizers/0/pattern/Regex").asText();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode read(String name) throws IOException {
    return (ObjectNode)
        new ObjectMapper()
            .readTree(Files.readString(RESOURCES.resolve(name).resolve("tokenizer.json")));
  }

  private static String text(Random random, int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  /** The tokenizer of a file with another pattern, or with GPT-2's if that is empty. */
  private static ObjectNode with(String pattern, boolean normalised) throws IOException {
    ObjectNode tokenizer = read("llama3-style");
    ObjectNode split = (ObjectNode) tokenizer.at("/pre_tokenizer/pretokenizers/0");
    if (pattern.isEmpty()) {
      split.removeAll();
      split.put("type", "Digits").put("individual_digits", true);
      ((ObjectNode) tokenizer.at("/pre_tokenizer/pretokenizers/1")).put("use_regex", true);
    } else {
      ((ObjectNode) split.get("pattern")).put("Regex", pattern);
    }
    if (normalised) {
      tokenizer.putObject("normalizer").put("type", "NFC");
    }
    return tokenizer;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "llama3",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}"
            + "\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
      })
  void partsGiveTheTokensOfTheWhole(String pattern) throws IOException {
    for (boolean normalised : new boolean[] {false, true}) {
      ObjectNode definition = with(pattern.equals("llama3") ? LLAMA_3 : pattern, normalised);
      TextCuts cuts = TextCuts.of(definition).orElseThrow();
      NativeTokenizer library = new NativeTokenizer(definition.toString());
      SharedParts parts = new SharedParts(cuts, 1 << 20);
      Random random = new Random(23);
      for (int i = 0; i < 200; i++) {
        String text = text(random, 1 + random.nextInt(i % 8 == 0 ? 600 : 60));
        int[] whole = library.encode(text, false);
        for (int repeat = 0; repeat < 3; repeat++) {
          assertThat(parts.encode(text, part -> library.encode(part, false)))
              .as(text)
              .isEqualTo(whole);
        }
        for (int at = 1; at < text.length(); at++) {
          if (cuts.at(text.charAt(at - 1), text.charAt(at))) {
            assertThat(joined(library, text.substring(0, at), text.substring(at)))
                .as("%s | %s", text.substring(0, at), text.substring(at))
                .isEqualTo(whole);
          }
        }
      }
    }
  }

  @Test
  void textsThatPartInAPassageHaveTheTokensOfTheWhole() throws IOException {
    ObjectNode definition = with(LLAMA_3, true);
    NativeTokenizer library = new NativeTokenizer(definition.toString());
    SharedParts parts = new SharedParts(TextCuts.of(definition).orElseThrow(), 1 << 22);
    Random random = new Random(29);
    List<String> beginnings = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String before = i < 3 ? "" : beginnings.get(random.nextInt(3));
      int shared = Math.min(before.length(), random.nextInt(3) * 700 + random.nextInt(1200));
      if (shared > 0 && Character.isHighSurrogate(before.charAt(shared - 1))) {
        shared--;
      }
      String text = before.substring(0, shared) + text(random, i < 3 ? 1500 : random.nextInt(90));
      beginnings.add(text);
      assertThat(parts.encode(text, part -> library.encode(part, false)))
          .as(text)
          .isEqualTo(library.encode(text, false));
    }
  }

  private static int[] joined(NativeTokenizer library, String left, String right) {
    return IntStream.concat(
            IntStream.of(library.encode(left, false)), IntStream.of(library.encode(right, false)))
        .toArray();
  }

  @Test
  void withoutMergesATextIsCutAnywhereButInACharacter() throws IOException {
    ObjectNode definition = with("", false);
    ((ObjectNode) definition.get("model")).put("ignore_merges", false).putArray("merges");
    TextCuts cuts = TextCuts.of(definition).orElseThrow();
    NativeTokenizer library = new NativeTokenizer(definition.toString());
    String text = "ab😀cd  é\n 退";
    for (int at = 1; at < text.length(); at++) {
      assertThat(cuts.at(text.charAt(at - 1), text.charAt(at))).as("%s", at).isEqualTo(at != 3);
      if (at != 3) {
        assertThat(joined(library, text.substring(0, at), text.substring(at)))
            .isEqualTo(library.encode(text, false));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2-style", "mistral-style", "gemma-style"})
  void otherTokenizersAreNotCut(String name) throws IOException {
    assertThat(TextCuts.of(read(name))).isEmpty();
  }

  @Test
  void anUnknownPatternOrAPrefixSpaceIsNotCut() throws IOException {
    assertThat(TextCuts.of(with("\\p{L}+ ?", false))).isEmpty();
    ObjectNode spaced = with("", false);
    ((ObjectNode) spaced.at("/pre_tokenizer/pretokenizers/1")).put("add_prefix_space", true);
    assertThat(TextCuts.of(spaced)).isEmpty();
    ObjectNode lower = with(LLAMA_3, false);
    lower.putObject("normalizer").put("type", "NFKC");
    assertThat(TextCuts.of(lower)).isEmpty();
  }

  @Test
  void whatRowsShareIsTokenisedOnceMoreAndThenKept() throws IOException {
    ObjectNode definition = with(LLAMA_3, false);
    NativeTokenizer library = new NativeTokenizer(definition.toString());
    SharedParts parts = new SharedParts(TextCuts.of(definition).orElseThrow(), 1 << 22);
    StringBuilder shared = new StringBuilder();
    Random random = new Random(5);
    while (shared.length() < 6000) {
      shared.append(shared.isEmpty() ? "" : " ").append(Integer.toString(random.nextInt(), 36));
    }
    List<String> asked = new ArrayList<>();
    for (int row = 0; row < 50; row++) {
      String text = shared + " row number " + row + " asks " + random.nextLong();
      int[] tokens =
          parts.encode(
              text,
              part -> {
                asked.add(part);
                return library.encode(part, false);
              });
      assertThat(tokens).isEqualTo(library.encode(text, false));
    }
    int characters = asked.stream().mapToInt(String::length).sum();
    assertThat(characters).isBetween(2 * 6000, 2 * 6000 + 50 * 400);
    assertThat(Optional.of(asked.get(0))).get().asString().startsWith(shared.toString());
  }

  @Test
  void wordsThatCameTwiceAreNotTokenisedAgain() throws IOException {
    ObjectNode definition = with(LLAMA_3, false);
    NativeTokenizer library = new NativeTokenizer(definition.toString());
    SharedParts parts = new SharedParts(TextCuts.of(definition).orElseThrow(), 1 << 22);
    List<String> words = List.of(" your", " order", " of", " 12", " chairs,", " is", " late.");
    List<String> asked = new ArrayList<>();
    Random random = new Random(11);
    for (int row = 0; row < 100; row++) {
      StringBuilder text = new StringBuilder("Dear sir,");
      for (int i = 0; i < 60; i++) {
        text.append(words.get(random.nextInt(words.size())));
      }
      String whole = text.toString();
      int[] tokens =
          parts.encode(
              whole,
              part -> {
                asked.add(part);
                return library.encode(part, false);
              });
      assertThat(tokens).isEqualTo(library.encode(whole, false));
    }
    // The beginning of the first row, and each word when it came again.
    assertThat(asked).hasSizeLessThanOrEqualTo(2 + words.size() + 2);
  }
}
