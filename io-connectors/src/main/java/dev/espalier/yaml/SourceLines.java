package dev.espalier.yaml;

import java.util.List;

/** The lines of a text, to find where blocks begin in them. */
final class SourceLines {
  private final List<String> lines;

  SourceLines(String text) {
    this.lines = text.lines().toList();
  }

  /** Where the content of a block begins whose {@code |} or {@code >} stands at {@code header}. */
  YamlPlace block(String source, YamlPlace header) {
    int column = 1;
    for (int i = header.line(); i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank()) {
        while (line.charAt(column - 1) == ' ') {
          column++;
        }
        break;
      }
    }
    return new YamlPlace(source, header.line() + 1, column);
  }
}
