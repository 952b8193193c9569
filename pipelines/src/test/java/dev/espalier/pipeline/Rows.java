package dev.espalier.pipeline;

import static java.util.stream.Collectors.joining;

import dev.espalier.engine.TokenSequence;
import dev.espalier.row.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Rows for the fake program. */
final class Rows {
  private Rows() {}

  static Row of(String id, int... tokens) {
    String text = Arrays.stream(tokens).mapToObj(Integer::toString).collect(joining(" "));
    return Row.of(id, Map.of("tokens", text));
  }

  static TracedRow traced(Row row) {
    return new TracedRow(row, new FakeRunner().opening(row));
  }

  /** Rows in random order: groups share {@code prefix} tokens, after 10 that all share. */
  static List<Row> grouped(int rows, int groups, int prefix, int body, long seed) {
    Random random = new Random(seed);
    List<Row> all = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int[] tokens = new int[prefix + body];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = i < 10 ? i : i < prefix ? 1000 * (row % groups) + i : random.nextInt(30_000);
      }
      all.add(of("row-" + row, tokens));
    }
    Collections.shuffle(all, random);
    return all;
  }

  /** The openings of {@code rows} in prefix order. */
  static List<TokenSequence> sortedOpenings(List<Row> rows) {
    return rows.stream()
        .map(row -> traced(row).opening())
        .sorted()
        .map(opening -> opening.tokens())
        .toList();
  }
}
