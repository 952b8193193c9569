package dev.espalier.program;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import dev.espalier.row.RowError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Turns what a program wrote between two values of the model into tokens: one piece of text,
 * tokenised together. Thread-safe.
 *
 * <p>Control tokens written in plain text stay text: a piece is cut after the first character of
 * each, and the parts are tokenised one after the other. Their tokens decode to the very text; only
 * where data spells out a control token do they differ from those of the text as a whole. Where a
 * tokenizer that normalises its text makes a control token of other characters, these are tokenised
 * one by one.
 */
final class PromptEncoder {
  /** Code points that are no characters, of which one that no text uses marks the cuts. */
  private static final char FIRST_CUT = '\uFDD0';

  private static final int CUTS = 32;

  /** Tokens of which one is looked for that is the token of its text. */
  private static final int MOST_TRIED = 1000;

  private final Tokenizer tokenizer;
  private final ControlTokens controlTokens;
  private final TokenSequence beginning;
  private final WrittenOpening known;
  private final Queue<WrittenOpening> written; // null: nothing is recorded

  PromptEncoder(Tokenizer tokenizer) {
    this(
        tokenizer,
        new ControlTokens(tokenizer),
        beginning(tokenizer),
        new WrittenOpening(TokenSequence.empty(), WrittenOpening.UNKNOWN),
        null);
  }

  private PromptEncoder(
      Tokenizer tokenizer,
      ControlTokens controlTokens,
      TokenSequence beginning,
      WrittenOpening known,
      Queue<WrittenOpening> written) {
    this.tokenizer = tokenizer;
    this.controlTokens = controlTokens;
    this.beginning = beginning;
    this.known = known;
    this.written = written;
  }

  /** One that tells by {@link #textOf} what texts became tokens. */
  PromptEncoder recording() {
    return new PromptEncoder(
        tokenizer, controlTokens, beginning, known, new ConcurrentLinkedQueue<>());
  }

  /** One that does not tokenise the text of {@code opening} again. */
  PromptEncoder knowing(WrittenOpening opening) {
    return new PromptEncoder(tokenizer, controlTokens, beginning, opening, null);
  }

  /** The hash of a recorded text that became {@code tokens}. */
  long textOf(TokenSequence tokens) {
    return written.stream()
        .filter(text -> text.tokens().equals(tokens))
        .mapToLong(WrittenOpening::text)
        .findFirst()
        .orElse(WrittenOpening.UNKNOWN);
  }

  /**
   * What the tokenizer puts before a whole input; what it puts after one is no part of a prompt.
   */
  private static TokenSequence beginning(Tokenizer tokenizer) {
    Optional<String> text =
        Stream.concat(Stream.of("a"), someTokens(tokenizer))
            .filter(candidate -> hasTokens(tokenizer, candidate))
            .findFirst();
    if (text.isEmpty()) {
      return TokenSequence.empty(); // no text can be written
    }
    TokenSequence bare = tokenizer.encode(text.get(), false);
    TokenSequence whole = tokenizer.encode(text.get(), true);
    for (int i = 0; i + bare.length() <= whole.length(); i++) {
      if (whole.slice(i, i + bare.length()).equals(bare)) {
        return whole.slice(0, i);
      }
    }
    return TokenSequence.empty();
  }

  private static Stream<String> someTokens(Tokenizer tokenizer) {
    return IntStream.range(0, tokenizer.size())
        .filter(token -> !tokenizer.isSpecial(token))
        .limit(MOST_TRIED)
        .mapToObj(token -> tokenizer.decode(TokenSequence.of(token)));
  }

  /** Whether a tokenizer, which may lack a token for what it does not know, can write a text. */
  private static boolean hasTokens(Tokenizer tokenizer, String text) {
    try {
      return !tokenizer.encode(text, false).isEmpty();
    } catch (EngineException e) {
      return false;
    }
  }

  /** Where a piece stands in its prompt. */
  enum Place {
    /** At the beginning of a prompt without roles: the tokenizer adds what begins a sequence. */
    RAW_BEGINNING(0),
    /** At the beginning of a conversation: the template writes what begins a sequence. */
    CHAT_BEGINNING(1),
    /** After tokens. */
    CONTINUATION(2);

    private final long salt; // of the hash

    Place(long salt) {
      this.salt = salt;
    }
  }

  /**
   * The mark for cuts in these texts.
   *
   * @throws RowException if the texts use every possible mark
   */
  char cutFor(Iterable<PromptPart> parts) {
    long used = 0;
    for (PromptPart part : parts) {
      if (part instanceof PromptPart.Text text) {
        for (int i = 0; i < text.text().length(); i++) {
          int mark = text.text().charAt(i) - FIRST_CUT;
          used |= mark >= 0 && mark < CUTS ? 1L << mark : 0;
        }
      }
    }
    int free = Long.numberOfTrailingZeros(~used);
    if (free >= CUTS) {
      throw new RowException(
          RowError.INVALID_TEXT, "the text holds all of U+FDD0 to U+FDEF, which are no characters");
    }
    return (char) (FIRST_CUT + free);
  }

  /** The parts as one text, cut where plain text spells out a special token. */
  String guarded(List<PromptPart> parts, char cut) {
    StringBuilder result = new StringBuilder();
    StringBuilder plain = new StringBuilder();
    for (PromptPart part : parts) {
      if (part instanceof PromptPart.Text text) {
        plain.append(text.text());
      } else if (part instanceof PromptPart.Special special) {
        result.append(controlTokens.guard(plain.toString(), cut)).append(special.token());
        plain.setLength(0);
      }
    }
    return result.append(controlTokens.guard(plain.toString(), cut)).toString();
  }

  /** The tokens of a text with cuts. */
  TokenSequence encode(String text, char cut, Place place) {
    if (written == null && known.text() == WrittenOpening.UNKNOWN) {
      return tokenise(text, cut, place);
    }
    long hash = hash(text, cut, place);
    if (hash == known.text()) {
      return known.tokens();
    }
    TokenSequence tokens = tokenise(text, cut, place);
    if (written != null) {
      written.add(new WrittenOpening(tokens, hash));
    }
    return tokens;
  }

  /** FNV-1a of 64 bits with a last mix, never that of no text. */
  private static long hash(String text, char cut, Place place) {
    long hash = 0xcbf29ce484222325L ^ ((place.salt << 16) | cut);
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
    return hash == WrittenOpening.UNKNOWN ? 1 : hash;
  }

  private TokenSequence tokenise(String text, char cut, Place place) {
    checkText(text);
    TokenSequence before = place == Place.RAW_BEGINNING ? beginning : TokenSequence.empty();
    boolean first = place != Place.CONTINUATION;
    List<String> fragments = fragments(text, cut);
    if (fragments.size() == 1) {
      return before.concat(encode(fragments.get(0), first));
    }
    IntStream.Builder tokens = IntStream.builder();
    IntStream.of(before.toArray()).forEach(tokens);
    for (String fragment : fragments) {
      IntStream.of(encode(fragment, first).toArray()).forEach(tokens);
      first = false;
    }
    return TokenSequence.of(tokens.build().toArray());
  }

  private TokenSequence encode(String fragment, boolean first) {
    TokenSequence tokens = encodeWhole(fragment, first);
    if (controlTokens.areWrittenIn(fragment, tokens)) {
      return tokens;
    }
    IntStream.Builder apart = IntStream.builder();
    boolean begins = first;
    for (String part : controlTokens.apart(fragment)) {
      IntStream.of(encodeWhole(part, begins).toArray()).forEach(apart);
      begins = false;
    }
    return TokenSequence.of(apart.build().toArray());
  }

  private TokenSequence encodeWhole(String text, boolean first) {
    return first ? tokenizer.encode(text, false) : tokenizer.encodeContinuation(text);
  }

  private static List<String> fragments(String text, char cut) {
    List<String> fragments = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(cut); at >= 0; at = text.indexOf(cut, from)) {
      fragments.add(text.substring(from, at));
      from = at + 1;
    }
    fragments.add(text.substring(from));
    fragments.removeIf(String::isEmpty);
    return fragments;
  }

  /** The tokens of a choice, which goes on after tokens. */
  TokenSequence encodeChoice(String choice) {
    List<PromptPart> parts = List.of(new PromptPart.Text(choice));
    char cut = cutFor(parts);
    return encode(guarded(parts, cut), cut, Place.CONTINUATION);
  }

  /**
   * @throws RowException unless {@code token} is the written form of a control token
   */
  void requireSpecial(String token) {
    if (!tokenizer.controlTokens().containsValue(token)) {
      throw new RowException(
          RowError.PROGRAM_FAILED, "\"" + token + "\" is no special token of this model");
    }
  }

  String decode(TokenSequence tokens) {
    return tokenizer.decode(tokens);
  }

  private static void checkText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else {
          throw new RowException(
              RowError.INVALID_TEXT,
              String.format(
                  java.util.Locale.ROOT,
                  "the text has half a surrogate pair (U+%04X) after \"%s\"; correct the row's"
                      + " field",
                  (int) c,
                  text.substring(Math.max(0, i - 20), i)));
        }
      }
    }
  }
}
