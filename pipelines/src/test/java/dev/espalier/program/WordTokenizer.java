package dev.espalier.program;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tokenizer of words with the space before them, so that tokens depend on their neighbours: "a b"
 * is not "a " and "b". Ids are given out as words turn up. Around an input it puts {@code <s>} and
 * {@code </s>}.
 */
final class WordTokenizer implements Tokenizer {
  static final List<String> SPECIAL = List.of("<s>", "</s>", "<|im_start|>", "<|im_end|>");
  private static final Pattern PIECE =
      Pattern.compile(
          "<s>|</s>|<\\|im_start\\|>|<\\|im_end\\|>| ?[\\p{L}]+|\\P{L}", Pattern.DOTALL);

  private final Map<String, Integer> ids = new ConcurrentHashMap<>();
  private final List<String> tokens = new ArrayList<>();

  WordTokenizer() {
    SPECIAL.forEach(this::intern);
  }

  private synchronized int intern(String token) {
    return ids.computeIfAbsent(
        token,
        key -> {
          tokens.add(key);
          return tokens.size() - 1;
        });
  }

  @Override
  public TokenSequence encode(String text, boolean addSpecialTokens) {
    List<Integer> encoded = new ArrayList<>();
    if (addSpecialTokens) {
      encoded.add(0);
    }
    Matcher pieces = PIECE.matcher(text);
    while (pieces.find()) {
      encoded.add(intern(pieces.group()));
    }
    if (addSpecialTokens) {
      encoded.add(1);
    }
    return TokenSequence.of(encoded.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public TokenSequence encodeContinuation(String text) {
    return encode(text, false);
  }

  @Override
  public synchronized String decode(TokenSequence sequence) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sequence.length(); i++) {
      text.append(tokens.get(sequence.get(i)));
    }
    return text.toString();
  }

  /** The tokens one by one, with bars between them. */
  String spell(TokenSequence sequence) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < sequence.length(); i++) {
      words.add(decode(sequence.slice(i, i + 1)));
    }
    return String.join("·", words);
  }

  @Override
  public byte[] bytes(int token) {
    return isSpecial(token)
        ? new byte[0]
        : decode(TokenSequence.of(token)).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean isSpecial(int token) {
    return token < SPECIAL.size();
  }

  @Override
  public OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public synchronized int size() {
    return tokens.size();
  }
}
