package dev.espalier.engine.generate;

import dev.espalier.engine.constrain.regex.StopPattern;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What ends an output by its text. Immutable.
 *
 * @param strings in UTF-8
 * @param pattern null for none
 * @param minTokens a match that is complete within so many tokens does not count
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
record StopRules(byte[][] strings, StopPattern pattern, int minTokens) {

  StopRules(List<String> strings, StopPattern pattern, int minTokens) {
    this(
        strings.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new),
        pattern,
        minTokens);
  }
}
