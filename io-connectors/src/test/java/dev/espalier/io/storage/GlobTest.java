package dev.espalier.io.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlobTest {
  @TempDir Path directory;

  @BeforeEach
  void files() throws IOException {
    for (String name :
        List.of(
            "2024/a.csv", "2024/b.csv", "2024/_tmp.csv", "2024/.a.csv", "2025/a.csv", "2025/c")) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  @Test
  void patternsMatchInsideOneElement() throws IOException {
    assertThat(matches("*/*.csv")).containsExactly("2024/a.csv", "2024/b.csv", "2025/a.csv");
    assertThat(matches("202?/[bc]*")).containsExactly("2024/b.csv", "2025/c");
    assertThat(matches("{2023,2025}/a.csv")).containsExactly("2025/a.csv");
    assertThat(matches("*.csv")).isEmpty();
    assertThat(matches("2024/_*")).containsExactly("2024/_tmp.csv");
    assertThat(matches("absent/*/x")).isEmpty();
  }

  @Test
  void aFileIsTakenByItsNameOrWithADirectory() throws IOException {
    Glob days = Glob.parse("/in/day-*/[a-c]");
    assertThat(days.takes("day-1/a")).isTrue();
    assertThat(days.takes("day-1/a/below/rows.csv")).isTrue();
    for (String other : List.of("day-1", "day-1/d", "night/a", "day-1/a/_tmp/x", "day-1/a/.x")) {
      assertThat(days.takes(other)).as(other).isFalse();
    }
    assertThat(Glob.parse("/in/*").takes("_x")).isFalse();
    assertThat(Glob.parse("/in/_*").takes("_x/rows.csv")).isTrue();
    assertThat(Glob.parse("/in/*/").takes("x/rows.csv")).isFalse();
  }

  @Test
  void theRootIsWhatComesBeforeThePatterns() throws IOException {
    assertThat(Glob.parse("/a/b*/c").root()).isEqualTo("/a");
    assertThat(Glob.parse("/*").root()).isEqualTo("/");
    assertThat(Glob.parse("*.csv").root()).isEqualTo(".");
    assertThat(Glob.parse("hdfs://h/a/*").root()).isEqualTo("hdfs://h/a");
  }

  @Test
  void aMalformedPatternIsRefused() throws IOException {
    Map<String, String> problems =
        Map.of(
            "a/[b",
                "a/[b: the pattern \"[b\" has a [ without its ]. Close it, or write \\[ for a [.",
            "[.jsonl",
                "[.jsonl: the pattern has a [ without its ]. Close it, or write \\[ for a [.",
            "a/{b,c/d",
                "a/{b,c/d: the pattern \"{b,c\" has a { without its }. Close it, or write \\{ for a"
                    + " {.",
            "{a,{b,c}}", "{a,{b,c}}: the pattern has a { within {}. List all names in one {}.",
            "a*\\", "a*\\: the pattern ends in a \\ with nothing behind it. Write \\\\ for a \\.",
            "[z-a]",
                "[z-a]: the pattern has a [] that no character can fit. Write characters and ranges"
                    + " like a-c in it, or \\[ for a [.",
            "[]",
                "[]: the pattern has a [] that no character can fit. Write characters and ranges"
                    + " like a-c in it, or \\[ for a [.");
    problems.forEach(
        (path, message) ->
            assertThatThrownBy(() -> Glob.parse(path))
                .as(path)
                .isInstanceOf(FileProblemException.class)
                .hasMessage(message));
    for (String sound : List.of("\\[b", "[[]b", "{a,b}c}", "[a-c]{[x],y}", "\\{b*")) {
      assertThat(Glob.parse(sound).root()).as(sound).isEqualTo(".");
    }
  }

  private List<String> matches(String pattern) throws IOException {
    return Glob.parse(directory + "/" + pattern).matches(new LocalStorage()).stream()
        .map(file -> directory.relativize(Path.of(file.path())).toString())
        .toList();
  }
}
