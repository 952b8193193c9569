package dev.espalier.engine.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * One tokenizer of the native library, neither truncating nor padding. Thread-safe: the library
 * only reads a tokenizer that is set up. Its memory is freed when this object is unreachable.
 */
final class NativeTokenizer {
  private static final Cleaner CLEANER = Cleaner.create();

  private final TokenizersLibrary library;
  private final long handle;
  private final EncodingCache cache = EncodingCache.forThisHeap();
  private final SharedParts parts; // null where texts cannot be cut
  private final LongAdder tokenised = new LongAdder();

  /**
   * @param definition the content of a {@code tokenizer.json}
   * @throws RuntimeException if the library refuses the definition
   */
  NativeTokenizer(String definition) {
    this(definition, Optional.empty());
  }

  /**
   * @param definition the content of a {@code tokenizer.json}
   * @param cuts where texts without added tokens may be cut
   * @throws RuntimeException if the library refuses the definition
   */
  NativeTokenizer(String definition, Optional<TextCuts> cuts) {
    parts = cuts.map(known -> new SharedParts(known, EncodingCache.ofThisHeap())).orElse(null);
    TokenizersLibrary binding = NativeTokenizers.library();
    long address = binding.createTokenizerFromString(definition);
    CLEANER.register(this, () -> binding.deleteTokenizer(address));
    library = binding;
    handle = address;
    binding.disableTruncation(address);
    binding.disablePadding(address);
  }

  /** The tokens of {@code text} without special ones around it; not to be changed. */
  int[] encode(String text) {
    if (parts != null) {
      return parts.encode(text, part -> tokenise(part, false));
    }
    return cache.get(text, unknown -> tokenise(unknown, false));
  }

  /**
   * The tokens of {@code text}; not to be changed.
   *
   * @param addSpecialTokens whether to put around it what belongs around a whole text
   */
  int[] encode(String text, boolean addSpecialTokens) {
    return addSpecialTokens ? tokenise(text, true) : encode(text);
  }

  /** How many texts the library was given. */
  long tokenised() {
    return tokenised.sum();
  }

  private int[] tokenise(String text, boolean addSpecialTokens) {
    tokenised.increment();
    try {
      long encoding = encoding(text, addSpecialTokens);
      try {
        long[] ids = library.getTokenIds(encoding);
        int[] tokens = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
          tokens[i] = Math.toIntExact(ids[i]);
        }
        return tokens;
      } finally {
        library.deleteEncoding(encoding);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private long encoding(String text, boolean addSpecialTokens) {
    try {
      return library.encode(handle, text, addSpecialTokens);
    } catch (RuntimeException e) { // such as a character it has no token for
      throw new EngineException(
          ErrorCode.INVALID_PARAMETERS,
          "the model's tokenizer has no tokens for the text: " + reason(e),
          e);
    }
  }

  /** Why the library refuses a definition or a text, without the names of its own types. */
  static String reason(RuntimeException failure) {
    return String.valueOf(failure.getMessage())
        .replaceAll(
            "data did not match any variant of untagged enum \\w+",
            "there is none of the kinds that are known, or a field of it is wrong,")
        .replaceAll("expected (struct|enum) \\w+", "expected an object");
  }
}
