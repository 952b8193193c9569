package dev.espalier.engine.constrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A small grammar in BNF over the letters a, b and c, and a recogniser that fills in a table of
 * which rule derives which part of a text until nothing changes.
 *
 * @param rules alternatives of each rule; a symbol is a letter, or the number of a rule
 */
record BnfReference(List<List<List<Character>>> rules) {

  static BnfReference random(Random random) {
    int count = 1 + random.nextInt(4);
    List<List<List<Character>>> rules = new ArrayList<>();
    for (int rule = 0; rule < count; rule++) {
      List<List<Character>> alternatives = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        List<Character> symbols = new ArrayList<>();
        for (int length = random.nextInt(4); length > 0; length--) {
          symbols.add(
              random.nextInt(5) < 3
                  ? (char) ('a' + random.nextInt(3))
                  : (char) ('0' + random.nextInt(count)));
        }
        alternatives.add(symbols);
      }
      rules.add(alternatives);
    }
    return new BnfReference(rules);
  }

  String ebnf() {
    StringBuilder text = new StringBuilder("root ::= r0\n");
    for (int rule = 0; rule < rules.size(); rule++) {
      text.append("r").append(rule).append(" ::= ");
      text.append(
          rules.get(rule).stream()
              .map(
                  symbols ->
                      symbols.stream()
                          .map(s -> s >= 'a' ? "\"" + s + "\"" : "r" + s)
                          .collect(Collectors.joining(" ")))
              .collect(Collectors.joining(" | ")));
      text.append("\n");
    }
    return text.toString();
  }

  boolean derives(String text) {
    int n = text.length() + 1;
    boolean[][][] derived = new boolean[rules.size()][n][n];
    boolean grows = true;
    while (grows) {
      grows = false;
      for (int rule = 0; rule < rules.size(); rule++) {
        for (List<Character> symbols : rules.get(rule)) {
          for (int from = 0; from < n; from++) {
            boolean[] ends = new boolean[n];
            ends[from] = true;
            for (char symbol : symbols) {
              ends = after(ends, symbol, text, derived);
            }
            for (int to = from; to < n; to++) {
              if (ends[to] && !derived[rule][from][to]) {
                derived[rule][from][to] = true;
                grows = true;
              }
            }
          }
        }
      }
    }
    return derived[0][0][n - 1];
  }

  private static boolean[] after(
      boolean[] places, char symbol, String text, boolean[][][] derived) {
    boolean[] next = new boolean[places.length];
    for (int place = 0; place < places.length; place++) {
      if (places[place] && symbol >= 'a') {
        if (place < text.length() && text.charAt(place) == symbol) {
          next[place + 1] = true;
        }
      } else if (places[place]) {
        for (int to = place; to < places.length; to++) {
          next[to] |= derived[symbol - '0'][place][to];
        }
      }
    }
    return next;
  }
}
