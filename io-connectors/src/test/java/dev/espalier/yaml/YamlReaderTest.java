package dev.espalier.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
  private static YamlDocument read(String text) {
    return YamlReader.read("f.yaml", text);
  }

  private static YamlMapping mapping(String text) {
    YamlDocument document = read(text);
    assertThat(document.problems()).isEmpty();
    return (YamlMapping) document.root().orElseThrow();
  }

  private static YamlScalar scalar(YamlNode node) {
    return (YamlScalar) node;
  }

  private static String problem(String text) {
    YamlDocument document = read(text);
    assertThat(document.problems()).hasSize(1);
    return document.problems().get(0).toString();
  }

  @Test
  void scalarsKeepTheirSpelling() {
    YamlMapping file = mapping("version: 1.10\nno: 0x1F\n1.10: yes\n'5': ~\ntext: '5'\n");
    assertThat(file.entries().keySet()).containsExactly("version", "no", "1.10", "5", "text");
    assertThat(scalar(file.get("version").get()).text()).isEqualTo("1.10");
    assertThat(scalar(file.get("version").get()).value()).isEqualTo(1.1);
    assertThat(scalar(file.get("1.10").get()).value()).isEqualTo("yes");
    assertThat(scalar(file.get("text").get()).value()).isEqualTo("5");
    assertThat(scalar(file.get("5").get()).isNull()).isTrue();
  }

  @Test
  void everythingKnowsItsPlace() {
    YamlMapping file = mapping("\uFEFFa: 1\nb:\n  - x\n  - {c: d}\n");
    YamlSequence list = (YamlSequence) file.get("b").get();
    assertThat(file.entries().get("b").key().place()).hasToString("f.yaml:2:1");
    assertThat(list.items().get(0).place()).hasToString("f.yaml:3:5");
    assertThat(((YamlMapping) list.items().get(1)).get("c").get().place())
        .hasToString("f.yaml:4:9");
  }

  @Test
  void charactersOfATextKnowTheirPlace() {
    YamlMapping file =
        mapping(
            "plain: ab\nquoted: 'ab'\nblock: |\n\n    first\n      second\nfolded: >\n  a\n  b\n"
                + "long: \"a\n  b\"\n");
    assertThat(scalar(file.get("plain").get()).placeOf(1, 2)).hasToString("f.yaml:1:9");
    assertThat(scalar(file.get("quoted").get()).placeOf(1, 2)).hasToString("f.yaml:2:11");
    YamlScalar block = scalar(file.get("block").get());
    assertThat(block.text()).isEqualTo("\nfirst\n  second\n");
    assertThat(block.placeOf(3, 3)).hasToString("f.yaml:6:7");
    assertThat(scalar(file.get("folded").get()).placeOf(1, 1)).hasToString("f.yaml:7:9");
    assertThat(scalar(file.get("long").get()).placeOf(1, 3)).hasToString("f.yaml:10:7");
  }

  @Test
  void equalKeysAreRefusedWithBothPlaces() {
    assertThat(problem("a: 1\nb: 2\n'a': 3\n"))
        .startsWith("f.yaml:3:1: `a` is given twice, first at f.yaml:1:1");
    assertThat(problem("1: a\n\"1\": b\n")).contains("`1` is given twice");
    assertThat(read("a: 1\na: 2\nb: {c: 1, c: 2}\n").problems()).hasSize(2);
  }

  @Test
  void aliasesAndMergedFieldsAreWrittenOut() {
    YamlMapping file =
        mapping(
            "base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\n"
                + "own: {y: 9, <<: [*b, *m]}\nlist: [*b, *b]\n");
    YamlMapping own = (YamlMapping) file.get("own").get();
    assertThat(own.entries().keySet()).containsExactly("x", "y", "z");
    assertThat(scalar(own.get("y").get()).text()).isEqualTo("9");
    assertThat(scalar(own.get("z").get()).text()).isEqualTo("4");
    YamlSequence list = (YamlSequence) file.get("list").get();
    assertThat(list.items().get(0)).isSameAs(list.items().get(1));
    assertThat(problem("a: {<<: [1]}")).contains("`<<` takes over the fields of a mapping");
  }

  @Test
  void cyclesAreRefused() {
    assertThat(problem("x: &a {b: *a}\n"))
        .startsWith("f.yaml:1:11: `*a` stands inside of what `&a` names");
    assertThat(problem("vars: {a: &a [*a]}\n")).startsWith("f.yaml:1:15: ");
    assertThat(problem("a: &a\n  <<: *a\n")).startsWith("f.yaml:2:7: ");
    assertThat(problem("a: *nobody\n")).startsWith("f.yaml:1:4: `*nobody` names nothing above");
  }

  /** 2^24 values in 25 lines; also by way of merge keys and of the root. */
  @Test
  void aliasesAreCountedAsIfWrittenOut() {
    StringBuilder bomb = new StringBuilder("x0: &a0 [x,x]\n");
    StringBuilder merged = new StringBuilder("x0: &a0 {x: 1, y: 1}\n");
    for (int i = 1; i < 25; i++) {
      bomb.append(String.format("x%d: &a%d [*a%d,*a%d]%n", i, i, i - 1, i - 1));
      merged.append(String.format("x%d: &a%d {<<: *a%d, b: *a%d}%n", i, i, i - 1, i - 1));
    }
    assertThat(problem(bomb.toString())).contains("more than 500000 values").contains("f.yaml:17:");
    assertThat(problem(merged.toString())).contains("more than 500000 values");
  }

  @Test
  void depthIsBoundedAlsoThroughAliases() {
    assertThat(read("[".repeat(99) + "1" + "]".repeat(99)).problems()).isEmpty();
    assertThat(problem("[".repeat(100) + "1" + "]".repeat(100))).contains("more than 100 deep");
    assertThat(problem("[".repeat(1_000_000))).contains("more than 100 deep");
    assertThat(problem("- ".repeat(1_000_000))).contains("more than 100 deep");
    StringBuilder chain = new StringBuilder("- &a0 [x]\n");
    for (int i = 1; i < 200; i++) {
      chain.append("- &a").append(i).append(" [*a").append(i - 1).append("]\n");
    }
    assertThat(problem(chain.toString())).startsWith("f.yaml:99:").contains("more than 100 deep");
  }

  @Test
  void largeTextsAreRefused() {
    assertThat(problem("a".repeat((8 << 20) + 1))).contains("more than 8388608");
  }

  @ParameterizedTest
  @CsvSource({
    "a: !!binary aGVsbG8=,!!binary",
    "a: !!timestamp 2024-01-01,!!timestamp",
    "a: !local x,!local",
    "a: !!python/object:os.system [x],!!python/object:os.system",
    "a: !!java.util.ArrayList [x],!!java.util.ArrayList",
    "a: !!set {x},!!set",
    "a: !!omap [x: 1],!!omap",
    "a: !<tag:example.org> x,tag:example.org",
    "a: !!seq {x: 1},!!seq",
    "a: !!map x,!!map",
    "a: !!str {x: 1},!!str"
  })
  void foreignTagsAreRefused(String text, String tag) {
    assertThat(problem(text)).startsWith("f.yaml:1:4: the tag " + tag + " has no meaning here");
  }

  @Test
  void tagsOfTheSchemaAreTaken() {
    YamlMapping file =
        mapping("a: !!str 1.10\nb: !!int '7'\nc: !!float 1\nd: ! 5\ne: !!seq [x]\nf: !!null ''\n");
    assertThat(file.entries().values().stream().map(YamlMapping.Entry::value).limit(4))
        .extracting(node -> scalar(node).value())
        .containsExactly("1.10", 7L, 1.0, "5");
    assertThat(scalar(file.get("f").get()).isNull()).isTrue();
    assertThat(problem("a: !!int seven")).contains("`seven` is no int");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 1\\n---\\nb: 2 | f.yaml:2:1: a second document begins here",
        "a:\\n\\tb: 1 | f.yaml:2:1: not YAML: a tab stands",
        "a: b: c | f.yaml:1:5: not YAML: a `:` stands",
        "a: {b: 1 | not YAML: a mapping in { } lacks",
        "a: [b, c | not YAML: a list in [ ] lacks",
        "a: 'b | not YAML: a text in quotes has no end",
        "a: \"\\\\d\" | not YAML: a \\ in double quotes",
        "a: @x | not YAML: no text can begin",
        "a: {{ row.x }} | f.yaml:1:5: a key is a mapping",
        "- a\\nb: 1 | not YAML: this does not fit the indentation",
        "a: 1\\nb | not YAML: a name has no `:`",
        "'%YAML 1.1\\n---\\na: no' | says %YAML 1.1, but is read as 1.2",
        "? [x]\\n: 1 | f.yaml:1:3: a key is a list",
        "{: 1} | f.yaml:1:2: not YAML: a value is missing here",
        "a: \"\\\\ud800\" | half a surrogate pair"
      })
  void whatIsNoYamlIsToldWithPlaceAndRemedy(String text, String problem) {
    String all = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\");
    String told = read(all).problems().get(0).toString();
    assertThat(told).contains(problem).contains("\n    ").doesNotContain("snakeyaml");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 0x1B, 0x7F, 0x80, 0x9F, 0xFFFE, 0xFFFF, 0xD800, 0xDC00})
  void controlCharactersAreRefusedWithTheirPlace(int character) {
    String text = "a: 1\nb: x" + (char) character + "y\n";
    assertThat(problem(text))
        .startsWith("f.yaml:2:5: ")
        .contains(String.format("U+%04X", character));
  }

  @Test
  void separatorsOfOtherAlphabetsAreCharactersOfATextAndNoLines() {
    YamlMapping file = mapping("a: \"x\u2028y\u2029z\u0085w😀\"\nb: c\n");
    assertThat(scalar(file.get("a").get()).text()).isEqualTo("x\u2028y\u2029z\u0085w😀");
    assertThat(file.get("b").get().place()).hasToString("f.yaml:2:4");
  }

  @Test
  void anEmptyTextIsAnEmptyScalar() {
    for (String text : List.of("", "\n", "# nothing\n", "---\n")) {
      assertThat(scalar(read(text).root().orElseThrow()).isNull()).isTrue();
    }
  }

  /** Whatever the text, there is a tree or a problem with a place in it. */
  @Test
  void anyTextIsReadOrRefused() {
    List<String> pieces =
        List.of(
            "a",
            ": ",
            "- ",
            "\n",
            "  ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "&a ",
            "*a",
            "!!str ",
            "!x ",
            "|\n",
            ">-\n",
            "'",
            "\"",
            "\\",
            "#",
            "? ",
            "<<",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "\t",
            "1.5",
            "~",
            "@",
            "`",
            "😀",
            "\u0085",
            "%TAG ! x\n",
            "|2\n",
            "\r",
            "\\u12");
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(14); n >= 0; n--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      YamlDocument document = read(text.toString());
      assertThat(document.root().isPresent() || !document.problems().isEmpty()).isTrue();
      for (YamlProblem problem : document.problems()) {
        assertThat(problem.place().line()).isPositive();
        assertThat(problem.message()).doesNotContain("snakeyaml").isNotBlank();
      }
    }
  }
}
