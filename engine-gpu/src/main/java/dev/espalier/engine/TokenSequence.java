package dev.espalier.engine;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable sequence of token ids. Ordered lexicographically, a proper prefix before its
 * extensions, so that a sorted list of sequences is a depth-first walk of their radix tree.
 */
public final class TokenSequence implements Comparable<TokenSequence>, Serializable {
  private static final TokenSequence EMPTY = new TokenSequence(new int[0]);

  private final int[] tokens;

  private TokenSequence(int[] tokens) {
    this.tokens = tokens;
  }

  public static TokenSequence empty() {
    return EMPTY;
  }

  /** Copies {@code tokens}. */
  public static TokenSequence of(int... tokens) {
    return tokens.length == 0 ? EMPTY : new TokenSequence(tokens.clone());
  }

  public int length() {
    return tokens.length;
  }

  public boolean isEmpty() {
    return tokens.length == 0;
  }

  /** The token at {@code index}, which is in {@code [0, length)}. */
  public int get(int index) {
    return tokens[index];
  }

  /** The tokens in {@code [from, to)}. */
  public TokenSequence slice(int from, int to) {
    Objects.checkFromToIndex(from, to, tokens.length);
    if (from == 0 && to == tokens.length) {
      return this;
    }
    return from == to ? EMPTY : new TokenSequence(Arrays.copyOfRange(tokens, from, to));
  }

  public TokenSequence concat(TokenSequence other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    int[] joined = Arrays.copyOf(tokens, tokens.length + other.tokens.length);
    System.arraycopy(other.tokens, 0, joined, tokens.length, other.tokens.length);
    return new TokenSequence(joined);
  }

  /** The number of leading tokens that both sequences have in common. */
  public int commonPrefixLength(TokenSequence other) {
    int mismatch = Arrays.mismatch(tokens, other.tokens);
    return mismatch < 0 ? tokens.length : mismatch;
  }

  public boolean startsWith(TokenSequence prefix) {
    return commonPrefixLength(prefix) == prefix.length();
  }

  /** A copy of the token ids. */
  public int[] toArray() {
    return tokens.clone();
  }

  /** Copies the tokens in {@code [from, to)} into {@code target} at {@code offset}. */
  public void copyTo(int from, int to, int[] target, int offset) {
    System.arraycopy(tokens, from, target, offset, to - from);
  }

  @Override
  public int compareTo(TokenSequence other) {
    return Arrays.compare(tokens, other.tokens);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof TokenSequence other && Arrays.equals(tokens, other.tokens);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tokens);
  }

  @Override
  public String toString() {
    return Arrays.toString(tokens);
  }
}
