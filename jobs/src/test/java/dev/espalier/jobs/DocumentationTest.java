package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.espalier.program.source.ProgramFile;
import dev.espalier.yaml.YamlReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README and docs/ show can be used as it stands there. */
final class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

  @TempDir Path directory;

  @Test
  void theJobFileOfTheReadmeHasNoProblem() throws Exception {
    String text = blocks(read("README.md"), "yaml").get(0);
    assertThat(text).contains("model:", "maxFailures:");
    Path job = Files.writeString(directory.resolve("job.yaml"), text);
    assertThat(JobFileReader.reading(job, List.of()).problems()).isEmpty();
  }

  @Test
  void programsInJavaCompile() throws Exception {
    String readme = blocks(read("README.md"), "java").get(0);
    assertThat(compiled("Readme", "public final class Readme {" + CONSTANTS + readme + "}"))
        .isEmpty();
    String reference = blocks(read("docs/programs.md"), "java").get(0);
    String constants = reference.replaceFirst("implements Program \\{", "$0" + CONSTANTS);
    assertThat(compiled("Triage", constants)).isEmpty();
  }

  private static final String CONSTANTS =
      """

        static final String POLICY = "";
        static final List<String> CATEGORIES = List.of("a", "b");
      """;

  /** The cells of the table of steps that are whole: those with keywords of Java show no more. */
  @Test
  void theStepsOfTheReadmeWorkInBothForms() throws Exception {
    StringBuilder java = new StringBuilder();
    StringBuilder yaml = new StringBuilder("vars: {t: text, list: [a, b]}\nsteps:\n");
    int rows = 0;
    for (String row : read("README.md").lines().filter(l -> l.matches("\\|.*\\| `- .*")).toList()) {
      String[] cells = row.split("(?<!\\\\)\\|", -1);
      for (String code : codes(cells[2])) {
        if (code.startsWith("s.")) {
          java.append("    ").append(code).append(";\n");
        }
      }
      for (String code : codes(cells[3])) {
        // A mapping in braces is whole; the other forms leave out what they hold.
        if (code.startsWith("- {") && !code.contains("…")) {
          yaml.append("  ").append(code).append('\n');
        }
      }
      rows++;
    }
    assertThat(rows).isGreaterThanOrEqualTo(8);
    assertThat(java).contains("s.gen(", "s.select(", "s.fork(", "s.call(", "s.set(");
    String source =
        "final class Steps { static void run(State s, String t, List<String> list, Program program)"
            + " {\n"
            + java
            + "  } }";
    assertThat(compiled("Steps", source)).isEmpty();
    assertThat(yaml).contains("select: category");
    assertThatCode(() -> ProgramFile.parse("README.md", yaml.toString(), directory))
        .doesNotThrowAnyException();
  }

  @Test
  void programFilesOfTheReferenceAreRead() throws Exception {
    List<String> programs = new ArrayList<>();
    for (Path page : pages()) {
      for (String block : blocks(Files.readString(page), "yaml")) {
        if (block.contains("\nsteps:")) {
          programs.add(block);
          String name = page.getFileName().toString();
          assertThatCode(() -> ProgramFile.parse(name, block, directory))
              .as(block)
              .doesNotThrowAnyException();
        } else if (!block.contains("program: com.example")) { // which shows two forms of one field
          assertThat(YamlReader.read(page.toString(), block).problems()).as(block).isEmpty();
        }
      }
    }
    assertThat(programs).isNotEmpty();
  }

  @Test
  void linksLeadToFiles() throws Exception {
    int links = 0;
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        if (!link.group(1).contains("://")) {
          assertThat(page.resolveSibling(link.group(1))).as("%s", page).exists();
          links++;
        }
      }
    }
    assertThat(links).isGreaterThan(20);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(
                      "README.md",
                      "ARCHITECTURE.md",
                      "CONTRIBUTING.md",
                      "CHANGELOG.md",
                      "infra/README.md")
                  .map(ROOT::resolve),
              docs.sorted())
          .toList();
    }
  }

  private static String read(String page) throws IOException {
    return Files.readString(ROOT.resolve(page));
  }

  /** The texts of all blocks of a language. */
  private static List<String> blocks(String page, String language) {
    return Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
        .matcher(page)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** What stands in backquotes. */
  private static List<String> codes(String cell) {
    return Pattern.compile("`([^`]+)`").matcher(cell).results().map(code -> code.group(1)).toList();
  }

  /** What the compiler says of a class, with the imports that a program has. */
  private String compiled(String name, String body) throws IOException {
    String source =
        """
        import static dev.espalier.program.Options.*;
        import static dev.espalier.row.ValueType.*;
        import dev.espalier.program.*;
        import java.util.List;
        """
            + body;
    Path file = Files.writeString(directory.resolve(name + ".java"), source);
    ByteArrayOutputStream problems = new ByteArrayOutputStream();
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                problems,
                problems,
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString(),
                file.toString());
    return result == 0 ? "" : problems.toString(StandardCharsets.UTF_8) + source;
  }
}
