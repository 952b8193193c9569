package dev.espalier.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random templates and expressions against Jinja2, where the Python of the environment variable
 * {@code JINJA_PYTHON} has it; see {@code jinja_fuzz.py}.
 */
@Tag("long")
class JinjaFuzzTest {
  private static final int CASES = 20_000;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void randomTemplatesGiveWhatJinja2Gives(int seed) throws IOException, InterruptedException {
    String python = System.getenv("JINJA_PYTHON");
    assumeTrue(python != null, "JINJA_PYTHON is not set");
    Process process =
        new ProcessBuilder(
                List.of(
                    python,
                    "src/test/python/jinja_fuzz.py",
                    Integer.toString(seed),
                    Integer.toString(CASES)))
            .redirectError(new File("target/jinja-fuzz-" + seed + ".log"))
            .start();
    try (BufferedReader cases = process.inputReader(StandardCharsets.UTF_8)) {
      JinjaOutcomes outcomes = new JinjaOutcomes();
      outcomes.compare(cases);
      assertThat(outcomes.differences()).isEmpty();
      assertThat(outcomes.cases()).isGreaterThanOrEqualTo(CASES);
    }
    assertThat(process.waitFor()).isZero();
  }
}
