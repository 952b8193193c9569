package dev.espalier.eval.tokens;

import dev.espalier.engine.TokenSequence;
import java.util.ArrayList;
import java.util.List;

/** Cuts a text that is scored whole into windows, each of whose tokens is scored once. */
final class RollingWindows {
  private RollingWindows() {}

  /**
   * @param context before the tokens that are scored; at least one token
   */
  record Window(TokenSequence context, TokenSequence scored) {}

  /**
   * The windows of {@code tokens}, each predicted from one token before it and, where less than a
   * whole window is left, from as many as fit.
   *
   * @param prefix the token before the first
   * @param most tokens that a model reads at once
   */
  static List<Window> of(TokenSequence tokens, int prefix, int most) {
    List<Window> windows = new ArrayList<>();
    TokenSequence all = TokenSequence.of(prefix).concat(tokens); // all.get(i) predicts tokens[i]
    for (int done = 0; done < tokens.length(); ) {
      int scored = Math.min(tokens.length() - done, most);
      int end = done + scored;
      int from = done == 0 ? 0 : end - most;
      windows.add(new Window(all.slice(from, done + 1), tokens.slice(done, end)));
      done = end;
    }
    return windows;
  }
}
