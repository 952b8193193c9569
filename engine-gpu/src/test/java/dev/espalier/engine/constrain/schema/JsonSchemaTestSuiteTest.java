package dev.espalier.engine.constrain.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.Constraint;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.constrain.ByteVocabulary;
import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs the JSON Schema Test Suite: every schema is refused, or accepts the valid instances byte by
 * byte and no invalid one. Prints a table by file.
 *
 * <p>Two expectations are not those of the suite. Formats are assertions here, so an instance that
 * is valid only because "format is an annotation by default" must be rejected. And whether the
 * Punycode of a host name's label is that of a valid name, no regular language tells: all are
 * accepted, and those that are not valid counted as wider.
 */
class JsonSchemaTestSuiteTest {
  private static final Path SUITE =
      Path.of("src", "test", "resources", "json-schema-test-suite", "draft2020-12");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final ConstraintCompiler compiler =
      new ConstraintCompiler(new ByteVocabulary(), ByteVocabulary.SIZE);
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Integer> refusals = new TreeMap<>();

  /** Schemas and instances of one file. */
  private static final class Count {
    private int supported;
    private int refused;
    private int instances;
    private int wider;
    private int wrong;
  }

  @Test
  void every_schema_is_refused_or_accepts_just_the_valid_instances() throws IOException {
    Map<String, Count> table = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SUITE)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
        Count count = new Count();
        for (JsonNode group : JSON.readTree(file.toFile())) {
          run(SUITE.relativize(file).toString(), group, count);
        }
        table.put(SUITE.relativize(file).toString(), count);
      }
    }
    Count total = new Count();
    System.out.printf(
        "%-45s %9s %7s %9s %8s %5s%n",
        "file", "supported", "refused", "instances", "wider", "wrong");
    table.forEach(
        (file, count) -> {
          print(file, count);
          total.supported += count.supported;
          total.refused += count.refused;
          total.instances += count.instances;
          total.wider += count.wider;
          total.wrong += count.wrong;
        });
    print("total", total);
    System.out.println("refused by keyword: " + refusals);
    assertThat(wrong).isEmpty();
    assertThat(total.supported).isGreaterThanOrEqualTo(306);
    assertThat(total.wider).isLessThanOrEqualTo(23);
  }

  private static void print(String name, Count count) {
    System.out.printf(
        "%-45s %9d %7d %9d %8d %5d%n",
        name, count.supported, count.refused, count.instances, count.wider, count.wrong);
  }

  private void run(String file, JsonNode group, Count count) {
    CompiledConstraint constraint;
    try {
      constraint =
          compiler.compile(new Constraint.JsonSchema(JSON.writeValueAsString(group.get("schema"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (EngineException e) {
      if (e.code() == ErrorCode.CONSTRAINT_INVALID) {
        count.refused++;
        refusals.merge(reason(e.getMessage()), 1, Integer::sum);
        return;
      }
      constraint = null; // nothing is valid
    }
    count.supported++;
    for (JsonNode test : group.get("tests")) {
      count.instances++;
      boolean accepted = constraint != null && accepts(constraint, test.get("data"));
      boolean valid =
          test.get("valid").booleanValue()
              && !test.get("description").textValue().endsWith("only an annotation by default");
      if (!valid && accepted && file.endsWith("hostname.json") && isPunycode(test.get("data"))) {
        count.wider++;
      } else if (accepted != valid) {
        count.wrong++;
        wrong.add(
            file
                + ": "
                + group.get("description").textValue()
                + ": "
                + test.get("description").textValue()
                + (accepted ? ": accepted " : ": rejected ")
                + test.get("data"));
      }
    }
  }

  /** The keyword of the first problem that a message names. */
  private static String reason(String message) {
    String problem = message.substring(message.indexOf(": ") + 2);
    return problem.startsWith("the format")
        ? "format"
        : problem.replaceFirst("^'([^']*)'.*", "$1").replaceFirst(" (is|to|must) .*", "");
  }

  private static boolean isPunycode(JsonNode hostname) {
    return hostname.textValue().toLowerCase(Locale.ROOT).startsWith("xn--");
  }

  private static boolean accepts(CompiledConstraint constraint, JsonNode instance) {
    return JsonSpellings.of(instance).stream()
        .anyMatch(text -> ByteVocabulary.accepts(constraint, text));
  }
}
