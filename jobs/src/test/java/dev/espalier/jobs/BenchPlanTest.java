package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchPlanTest {
  private static final Pattern OPENINGS = Pattern.compile("openings +([0-9]+) tokens");

  @TempDir Path directory;

  private JobFolder.Ended espalier(String... words) {
    JobFolder.Ended ended = new JobFolder(directory).run(words);
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--lines", "--chat"})
  void theLoopReadsWhatThePlanReads(String option) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "bench", "plan", "make", "--rows=60", "--groups=4", "--shared=900", "--own=300"));
    if (!option.isEmpty()) {
      words.add(option);
    }
    words.add(directory.toString());
    espalier(words.toArray(String[]::new));
    String loop = espalier("bench", "plan", "loop", directory.toString()).out();
    assertThat(loop).startsWith("rows 60\n");
    long tokens = Long.parseLong(loop.strip().replaceAll("(?s).* ", ""));
    String plan = espalier("plan", directory.resolve("job.yaml").toString()).out();
    assertThat(plan).contains("60 read", "4 groups");
    Matcher openings = OPENINGS.matcher(plan);
    assertThat(openings.find()).as(plan).isTrue();
    // What stands around the parts of each prompt: line ends, or the template's turns.
    assertThat(Long.parseLong(openings.group(1))).isBetween(tokens - 60, tokens + 60 * 20);
  }

  @Test
  void groupsWithoutRowsAreRefused() {
    JobFolder.Ended ended =
        new JobFolder(directory).run("bench", "plan", "make", "--rows=3", directory.toString());
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("rows is 3 and groups 2000");
  }
}
