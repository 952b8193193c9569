package dev.espalier.engine.constrain.vocabulary;

import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.text.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The tokens of a vocabulary by their bytes, as a tree in depth-first order. Tokens without bytes
 * and special tokens are left out. Immutable.
 *
 * <p>Node 0 is the root; the descendants of node {@code n} are the nodes {@code n+1} to {@code
 * end(n)-1}. A walk may take the tokens of up to {@link #SHORT} bytes and the others apart: states
 * that no short text tells apart share the result of the first walk, and the second is quick.
 */
public final class VocabularyTrie {
  /** Bytes of the longest short token; about one token in a hundred has more. */
  public static final int SHORT = 16;

  /** Which tokens a walk takes. */
  public enum Part {
    ALL,
    SHORT,
    LONG
  }

  private final int vocabularySize;
  private final byte[][] bytes;

  /** Of each node: its depth times 256, plus the byte that leads to it. */
  private final int[] steps;

  private final int[] end;

  /** The tokens that end in node n are {@code tokens[firstToken[n] … firstToken[n+1]-1]}. */
  private final int[] firstToken;

  private final int[] tokens;

  /** The nodes at or above the end of a long token. */
  private final BitSet aboveLong = new BitSet();

  private final int maxDepth;
  private final BitSet singleBytes = new BitSet(256);

  public VocabularyTrie(Tokenizer tokenizer, int vocabularySize) {
    this.vocabularySize = vocabularySize;
    int known = Math.min(tokenizer.size(), vocabularySize);
    bytes = new byte[known][];
    Integer[] sorted = new Integer[known];
    int used = 0;
    for (int token = 0; token < known; token++) {
      byte[] spelling = tokenizer.isSpecial(token) ? new byte[0] : tokenizer.bytes(token);
      bytes[token] = spelling;
      if (spelling.length > 0) {
        sorted[used++] = token;
        if (spelling.length == 1) {
          singleBytes.set(spelling[0] & 0xFF);
        }
      }
    }
    Arrays.sort(
        sorted,
        0,
        used,
        (a, b) -> {
          int order = Arrays.compareUnsigned(bytes[a], bytes[b]);
          return order != 0 ? order : Integer.compare(a, b);
        });
    int nodes = countNodes(sorted, used);
    steps = new int[nodes];
    end = new int[nodes];
    firstToken = new int[nodes + 1];
    tokens = new int[used];
    maxDepth = fill(sorted, used);
  }

  private int countNodes(Integer[] sorted, int used) {
    int nodes = 1;
    byte[] last = new byte[0];
    for (int i = 0; i < used; i++) {
      byte[] spelling = bytes[sorted[i]];
      nodes += spelling.length - commonLength(last, spelling);
      last = spelling;
    }
    return nodes;
  }

  private int fill(Integer[] sorted, int used) {
    int longest = 0;
    for (byte[] spelling : bytes) {
      longest = Math.max(longest, spelling.length);
    }
    int[] open = new int[longest + 1];
    int openDepth = 0;
    int nodes = 1;
    byte[] last = new byte[0];
    for (int i = 0; i < used; i++) {
      byte[] spelling = bytes[sorted[i]];
      int common = commonLength(last, spelling);
      while (openDepth > common) {
        end[open[openDepth--]] = nodes;
      }
      for (int j = common; j < spelling.length; j++) {
        steps[nodes] = ((j + 1) << 8) | (spelling[j] & 0xFF);
        firstToken[nodes] = i;
        open[++openDepth] = nodes++;
      }
      if (spelling.length > SHORT) {
        for (int depth = 0; depth <= openDepth; depth++) {
          aboveLong.set(open[depth]);
        }
      }
      tokens[i] = sorted[i];
      last = spelling;
    }
    while (openDepth >= 0) {
      end[open[openDepth--]] = nodes;
    }
    firstToken[nodes] = used;
    return longest;
  }

  private static int commonLength(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  public int vocabularySize() {
    return vocabularySize;
  }

  public int nodeCount() {
    return steps.length;
  }

  /** The byte that leads to {@code node}, 0 to 255, plus 256 times the number of bytes so far. */
  public int step(int node) {
    return steps[node];
  }

  public int maxDepth() {
    return maxDepth;
  }

  /** No sequence of so many bytes has fewer tokens. */
  public int fewestTokens(int bytes) {
    int longest = Math.max(1, maxDepth);
    return bytes / longest + (bytes % longest == 0 ? 0 : 1);
  }

  public int end(int node) {
    return end[node];
  }

  /** Whether tokens of {@code part} end in {@code node} or below it. */
  public boolean leadsTo(int node, Part part) {
    return switch (part) {
      case ALL -> true;
      case SHORT -> steps[node] >> 8 <= SHORT;
      case LONG -> aboveLong.get(node);
    };
  }

  /** Whether the tokens that end in {@code node} are of {@code part}. */
  public boolean endsIn(int node, Part part) {
    return part == Part.ALL || steps[node] >> 8 > SHORT == (part == Part.LONG);
  }

  /** Index of the first token that ends in {@code node}; those of the next node follow. */
  public int firstToken(int node) {
    return firstToken[node];
  }

  /** Sets the bits of the tokens {@code from} to {@code to - 1}, in the order of the tree. */
  public void addTokens(int from, int to, long[] words) {
    for (int i = from; i < to; i++) {
      words[tokens[i] >> 6] |= 1L << tokens[i];
    }
  }

  /** The bytes of {@code token}, not to be changed; empty if it is not in the tree. */
  public byte[] bytes(int token) {
    return token >= 0 && token < bytes.length ? bytes[token] : new byte[0];
  }

  /** The bytes that are a token of their own. */
  public BitSet singleBytes() {
    return (BitSet) singleBytes.clone();
  }

  /** The same as a set of symbols. */
  public SymbolSet spelledBytes() {
    return SymbolSet.union(singleBytes.stream().mapToObj(SymbolSet::of).toList());
  }
}
