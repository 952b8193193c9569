package dev.espalier.eval.metric;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The edit distance of words to a reference, looked for near the diagonal only. Rows of beginnings
 * that were seen before are kept, up to a number of them: what lies beside the diagonal of one
 * text's length is not that of another's, so the figure depends on which were.
 */
final class BeamEditDistance {
  static final char NONE = ' ';
  static final char SUBSTITUTE = 's';
  static final char INSERT = 'i';
  static final char DELETE = 'd';
  private static final char UNKNOWN = 'x';

  private static final int BEAM = 25;
  private static final int MOST_ROWS = 10_000;
  private static final long INFINITE = 10_000_000_000_000_000L;

  /**
   * @param trace of the edits, from left to right
   */
  record Result(long edits, String trace) {}

  /** A row of the table: costs, and the edit by which each is reached. */
  private static final class Row {
    private final long[] costs;
    private final char[] edits;

    Row(int size) {
      costs = new long[size];
      edits = new char[size];
      Arrays.fill(costs, INFINITE);
      Arrays.fill(edits, UNKNOWN);
    }

    void lower(int column, long cost, char edit) {
      if (costs[column] > cost) {
        costs[column] = cost;
        edits[column] = edit;
      }
    }
  }

  /** The row behind a word, and what may follow. */
  private static final class Node {
    private final Map<String, Node> next = new HashMap<>();
    private final Row row;

    Node(Row row) {
      this.row = row;
    }
  }

  private final List<String> reference;
  private final Node root;
  private int rows;

  BeamEditDistance(List<String> reference) {
    this.reference = reference;
    Row first = new Row(reference.size() + 1);
    for (int i = 0; i <= reference.size(); i++) {
      first.costs[i] = i;
      first.edits[i] = INSERT;
    }
    this.root = new Node(first);
  }

  Result of(List<String> words) {
    Row[] table = new Row[words.size() + 1];
    table[0] = root.row;
    Node known = root;
    int start = 0;
    while (start < words.size() && known.next.containsKey(words.get(start))) {
      known = known.next.get(words.get(start));
      table[++start] = known.row;
    }
    fill(table, words, start);
    keep(table, words, start, known);
    return new Result(table[words.size()].costs[reference.size()], trace(table, words.size()));
  }

  private void fill(Row[] table, List<String> words, int start) {
    int size = reference.size();
    double ratio = words.isEmpty() ? 1 : (double) size / words.size();
    int beam = BEAM < ratio / 2 ? (int) Math.ceil(ratio / 2 + BEAM) : BEAM;
    for (int i = start + 1; i <= words.size(); i++) {
      Row above = table[i - 1];
      Row row = new Row(size + 1);
      table[i] = row;
      int diagonal = (int) Math.floor(i * ratio);
      int first = Math.max(0, diagonal - beam);
      int end = i == words.size() ? size + 1 : Math.min(size + 1, diagonal + beam);
      for (int j = first; j < end; j++) {
        if (j == 0) {
          row.costs[0] = above.costs[0] + 1;
          row.edits[0] = DELETE;
          continue;
        }
        boolean isEqual = words.get(i - 1).equals(reference.get(j - 1));
        row.lower(j, above.costs[j - 1] + (isEqual ? 0 : 1), isEqual ? NONE : SUBSTITUTE);
        row.lower(j, above.costs[j] + 1, DELETE);
        row.lower(j, row.costs[j - 1] + 1, INSERT);
      }
    }
  }

  private void keep(Row[] table, List<String> words, int start, Node known) {
    if (rows >= MOST_ROWS) {
      return;
    }
    Node node = known;
    for (int i = start; i < words.size(); i++) {
      Node next = new Node(table[i + 1]);
      node.next.put(words.get(i), next);
      rows++;
      node = next;
    }
  }

  private String trace(Row[] table, int words) {
    StringBuilder trace = new StringBuilder();
    int i = words;
    int j = reference.size();
    while (i > 0 || j > 0) {
      char edit = table[i].edits[j];
      if (edit == UNKNOWN) {
        throw new ScoringException(
            "ter finds no edits: a text is too much longer than its reference");
      }
      trace.append(edit);
      i -= edit == INSERT ? 0 : 1;
      j -= edit == DELETE ? 0 : 1;
    }
    return trace.reverse().toString();
  }
}
