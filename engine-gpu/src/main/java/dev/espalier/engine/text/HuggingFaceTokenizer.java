package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.TokenSequence;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

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
  private final Vocabulary vocabulary;
  private final NativeTokenizer whole;

  /** Puts no space before a text; the same object where the tokenizer never does. */
  private final NativeTokenizer continuing;

  private HuggingFaceTokenizer(
      Vocabulary vocabulary, NativeTokenizer whole, NativeTokenizer continuing) {
    this.vocabulary = vocabulary;
    this.whole = whole;
    this.continuing = continuing;
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
    JsonNode config =
        TokenizerFiles.parseIfPresent(modelDirectory.resolve("tokenizer_config.json"));
    NativeTokenizers.library(); // A missing library is not the file's fault.
    try {
      if (TokenizerDefinition.complete(tree, config)) {
        definition = tree.toString();
      }
      Vocabulary vocabulary = new Vocabulary(tree);
      NativeTokenizer whole = new NativeTokenizer(definition);
      NativeTokenizer continuing =
          TokenizerDefinition.removePrefixSpace(tree)
              ? new NativeTokenizer(tree.toString())
              : whole;
      return new HuggingFaceTokenizer(vocabulary, whole, continuing);
    } catch (EngineException e) {
      throw e;
    } catch (RuntimeException e) { // The native library's only exception is RuntimeException.
      throw TokenizerFiles.invalid(file, "holds no tokenizer: " + e.getMessage(), e);
    }
  }

  @Override
  public TokenSequence encode(String text, boolean addSpecialTokens) {
    requireWellFormed(text);
    return TokenSequence.of(whole.encode(text, addSpecialTokens));
  }

  @Override
  public TokenSequence encodeContinuation(String text) {
    requireWellFormed(text);
    int[] tokens = continuing.encode(text, false);
    int added = continuing == whole ? tokens.length : firstAdded(tokens);
    if (added == tokens.length) {
      return TokenSequence.of(tokens);
    }
    // Behind a special token the tokenizer may put a space before the next part, as in a whole
    // text.
    int[] spaced = whole.encode(text, false);
    int from = firstAdded(spaced);
    int[] joined = Arrays.copyOf(tokens, added + spaced.length - from);
    System.arraycopy(spaced, from, joined, added, spaced.length - from);
    return TokenSequence.of(joined);
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
                "the text is not valid Unicode: half a surrogate pair (U+%04X) at index %d; "
                    + "repair the input's encoding",
                character, i));
      }
      i += Character.charCount(character);
    }
  }
}
