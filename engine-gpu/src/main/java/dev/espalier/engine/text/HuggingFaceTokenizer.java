package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.TokenizerDefinition.PrefixSpace;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * The tokenizer of a checkpoint in Hugging Face form, by the library the checkpoint was made with.
 * Gives the ids that transformers gives for the same files. Thread-safe.
 *
 * <p>Byte-level BPE (Llama 3, Qwen, SmolLM) and SentencePiece-like vocabularies (Llama 2, Mistral,
 * Gemma) are supported. {@link #decode} is the concatenation of {@link #bytes}: unlike transformers
 * it keeps the space that a SentencePiece-like tokenizer put before the text, because the text of a
 * continuation must not depend on what stands before it.
 */
public final class HuggingFaceTokenizer implements Tokenizer {
  private final SortedMap<Integer, String> control;
  private final Vocabulary vocabulary;
  private final AddedTokens added;
  private final PrefixSpace prefixSpace;
  private final NativeTokenizer whole;

  /** Puts no space before a text; the same object where the tokenizer never does. */
  private final NativeTokenizer unspaced;

  private HuggingFaceTokenizer(
      String definition,
      ObjectNode tree,
      Vocabulary vocabulary,
      SortedMap<Integer, String> control) {
    this.control = control;
    this.vocabulary = vocabulary;
    added = new AddedTokens(tree.path("added_tokens"));
    whole =
        new NativeTokenizer(definition, added.areLiteral() ? TextCuts.of(tree) : Optional.empty());
    prefixSpace = TokenizerDefinition.removePrefixSpace(tree);
    unspaced = prefixSpace == PrefixSpace.NEVER ? whole : new NativeTokenizer(tree.toString());
  }

  /**
   * Reads {@code tokenizer.json} and, where there is one, {@code tokenizer_config.json}. As in
   * transformers 5, what is put around a whole text is the first file's business alone: {@code
   * add_bos_token} of the second is not looked at.
   *
   * @throws EngineException CHECKPOINT_INVALID if a file is missing, broken or asks for what is not
   *     supported; the message names the file and the place
   */
  public static HuggingFaceTokenizer load(Path modelDirectory) {
    Path file = modelDirectory.resolve("tokenizer.json");
    String definition = TokenizerFiles.read(file);
    ObjectNode tree = (ObjectNode) TokenizerFiles.parse(file, definition);
    Path configFile = modelDirectory.resolve("tokenizer_config.json");
    JsonNode config = TokenizerFiles.parseIfPresent(configFile);
    TokenizerDefinition.checkPatterns(file, tree);
    TokenizerDefinition.checkNamedTokens(configFile, config);
    NativeTokenizers.library(); // A missing library is not the file's fault.
    try {
      TokenizerParts.check(tree);
      TokenizerDefinition.requireAddedTokens(tree);
      boolean completed = TokenizerDefinition.complete(tree, configFile, config);
      Vocabulary vocabulary = new Vocabulary(tree);
      TokenizerParts.checkIds(tree);
      TokenizerParts.checkNormalized(tree);
      return new HuggingFaceTokenizer(
          completed ? tree.toString() : definition,
          tree,
          vocabulary,
          controlTokens(modelDirectory, tree.path("added_tokens")));
    } catch (IllegalArgumentException e) {
      throw TokenizerFiles.invalid(file, "holds no tokenizer: " + e.getMessage(), e);
    } catch (EngineException e) {
      throw e;
    } catch (RuntimeException e) { // The native library's only exception is RuntimeException.
      throw refused(file, definition, configFile, e);
    }
  }

  /**
   * What the library says of the file itself, whose places are not those of the completed one;
   * where it takes that, what it says was brought by the other file.
   */
  private static EngineException refused(
      Path file, String definition, Path configFile, RuntimeException failure) {
    try {
      new NativeTokenizer(definition);
    } catch (RuntimeException e) {
      return TokenizerFiles.invalid(
          file, "holds no tokenizer: " + NativeTokenizer.reason(e), failure);
    }
    return TokenizerFiles.invalid(
        file,
        "holds no tokenizer together with the tokens of "
            + configFile.getFileName()
            + ": "
            + NativeTokenizer.reason(failure),
        failure);
  }

  private static SortedMap<Integer, String> controlTokens(Path modelDirectory, JsonNode added) {
    ChatTemplate template;
    try {
      template = ChatTemplate.load(modelDirectory).orElse(null);
    } catch (EngineException e) {
      template = null; // reported by whoever writes turns; its source tells most of its tokens
    }
    return ControlTokens.of(added, ChatTemplate.sources(modelDirectory), template);
  }

  @Override
  public TokenSequence encode(String text, boolean addSpecialTokens) {
    requireWellFormed(text);
    return addSpecialTokens || !added.areLiteral()
        ? TokenSequence.of(whole.encode(text, addSpecialTokens))
        : encodePieces(text, whole);
  }

  @Override
  public TokenSequence encodeContinuation(String text) {
    requireWellFormed(text);
    return added.areLiteral() ? encodePieces(text, unspaced) : encodeSpliced(text);
  }

  /**
   * The tokens of {@code text}, the texts between its added tokens encoded one by one, so that long
   * ones which come again are found in the cache.
   *
   * @param first encodes what stands at the very beginning
   */
  private TokenSequence encodePieces(String text, NativeTokenizer first) {
    NativeTokenizer later = prefixSpace == PrefixSpace.EVERY ? whole : unspaced;
    List<AddedTokens.Piece> pieces = added.cut(text);
    if (pieces.size() == 1 && pieces.get(0).text() != null) {
      return TokenSequence.of(first.encode(text));
    }
    IntStream.Builder tokens = IntStream.builder();
    boolean isFirst = true;
    for (AddedTokens.Piece piece : pieces) {
      if (piece.text() == null) {
        tokens.add(piece.token());
      } else {
        for (int token : (isFirst ? first : later).encode(piece.text())) {
          tokens.add(token);
        }
      }
      isFirst = false;
    }
    return TokenSequence.of(tokens.build().toArray());
  }

  /** A continuation where only the library can find the added tokens. */
  private TokenSequence encodeSpliced(String text) {
    int[] tokens = unspaced.encode(text, false);
    int end = prefixSpace == PrefixSpace.EVERY ? firstAdded(tokens) : tokens.length;
    if (end == tokens.length) {
      return TokenSequence.of(tokens);
    }
    // Behind an added token a space is put before the next part, as in a whole text.
    TokenSequence spaced = TokenSequence.of(whole.encode(text, false));
    return TokenSequence.of(tokens)
        .slice(0, end)
        .concat(spaced.slice(firstAdded(spaced.toArray()), spaced.length()));
  }

  private int firstAdded(int[] tokens) {
    int i = 0;
    while (i < tokens.length && !vocabulary.isAdded(tokens[i])) {
      i++;
    }
    return i;
  }

  @Override
  public String decode(TokenSequence tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * tokens.length());
    for (int i = 0; i < tokens.length(); i++) {
      bytes.writeBytes(vocabulary.written(tokens.get(i)));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int token) {
    return isSpecial(token) ? new byte[0] : vocabulary.written(token).clone();
  }

  @Override
  public boolean isSpecial(int token) {
    return vocabulary.isSpecial(token);
  }

  @Override
  public SortedMap<Integer, String> controlTokens() {
    return control;
  }

  @Override
  public OptionalInt id(String token) {
    return vocabulary.id(token);
  }

  @Override
  public int size() {
    return vocabulary.size();
  }

  private static void requireWellFormed(String text) {
    int i = 0;
    while (i < text.length()) {
      int character = text.codePointAt(i);
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        throw new EngineException(
            ErrorCode.INVALID_PARAMETERS,
            String.format(
                Locale.ROOT,
                "the text is not valid Unicode: half a surrogate pair (U+%04X) at index %d; "
                    + "repair the input's encoding",
                character,
                i));
      }
      i += Character.charCount(character);
    }
  }
}
