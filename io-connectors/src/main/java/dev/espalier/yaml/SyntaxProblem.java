package dev.espalier.yaml;

import java.util.List;

/** Says in this project's words what the parser found wrong. */
final class SyntaxProblem {
  /** What the parser's sentence holds, and what is said instead. */
  private record Wording(String found, String message, String remedy) {}

  private static final String QUOTES =
      "put quotes around texts that hold `: `, ` #` or begin with "
          + "one of { [ & * ! | > ' \" % @ `";

  private static final List<Wording> WORDINGS =
      List.of(
          new Wording("TAB", "a tab stands where only spaces can", "indent with spaces"),
          new Wording("cannot start any token", "no text can begin with this character", QUOTES),
          new Wording(
              "mapping values are not allowed",
              "a `:` stands where no value can follow",
              "put quotes around a text that holds `: `, and indent the fields of a mapping alike"),
          new Wording(
              "expected <block end>",
              "this does not fit the indentation above it, or follows a text in quotes",
              "indent the fields of a mapping, or the items of a list, alike; put all of a text "
                  + "into its quotes"),
          new Wording(
              "could not find expected ':'",
              "a name has no `:` behind it",
              "write `name: value`, and indent the lines of a long text"),
          new Wording(
              "expected ',' or ']'",
              "a list in [ ] lacks a comma or its end",
              "write [a, b]; put quotes around texts with , [ ] { } or `: ` in them"),
          new Wording(
              "expected ',' or '}'",
              "a mapping in { } lacks a comma or its end",
              "write {a: 1, b: 2}; put quotes around texts with , [ ] { } or `: ` in them"),
          new Wording(
              "unexpected end of stream",
              "a text in quotes has no end",
              "close its quotes; within '…' write '' for one '"),
          new Wording(
              "unexpected document separator",
              "a text in quotes has no end before ---",
              "close its quotes; within '…' write '' for one '"),
          new Wording(
              "escape",
              "a \\ in double quotes begins no escape that YAML knows",
              "use single quotes for texts with \\, or write it twice"),
          new Wording(
              "sequence entries are not allowed",
              "a list cannot begin here",
              "begin it in a line of its own, or put quotes around a text that begins with `- `"),
          new Wording(
              "expected the node content", "a value is missing here, or needs quotes", QUOTES),
          new Wording(
              "chomping or indentation",
              "after | or > only +, - or a digit can stand",
              "begin the text in the next line, indented"),
          new Wording(
              "comment or a line break",
              "after | or > only +, - or a digit can stand",
              "begin the text in the next line, indented"),
          new Wording(
              "leading empty lines",
              "an empty line at the beginning of the text has more spaces than its first line",
              "remove the spaces of the empty line"),
          new Wording(
              "expected '<document start>'",
              "something follows the end of the document",
              "indent it like the lines above, or remove it"),
          new Wording("tag handle", "the tag here is not known", "remove the tag"),
          new Wording(
              "alphabetic or numeric character",
              "a & or * has no name behind it",
              "put quotes around a text that begins with & or *"));

  private SyntaxProblem() {}

  static YamlProblem of(YamlPlace place, String found) {
    for (Wording wording : WORDINGS) {
      if (found.contains(wording.found())) {
        return new YamlProblem(place, "not YAML: " + wording.message(), wording.remedy());
      }
    }
    return new YamlProblem(
        place, "not YAML from here on", "mend the indentation or the quotes; " + QUOTES);
  }
}
