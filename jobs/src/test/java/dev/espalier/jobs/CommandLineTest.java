package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with a command line is exit code 2 and a sentence. */
class CommandLineTest {
  @TempDir Path directory;

  @Test
  void everyBadCommandLineIsRefusedWithAReason() {
    Map<List<String>, String> reasons =
        Map.ofEntries(
            Map.entry(List.of("rnu"), "there is no command `rnu`"),
            Map.entry(List.of("frobnicate", "--help"), "there is no command `frobnicate`"),
            Map.entry(List.of("--help", "frobnicate"), "there is no command `frobnicate`"),
            Map.entry(List.of("bench", "gppu", "--help"), "did you mean gpu?"),
            Map.entry(List.of("rnu", "job.yaml", "--set", "a=b"), "did you mean run?"),
            Map.entry(List.of("run"), "JOB.yaml is missing"),
            Map.entry(List.of("run", "--waitt", "job.yaml"), "did you mean --wait?"),
            Map.entry(List.of("run", "--retry-faild", "--help"), "did you mean --retry-failed?"),
            Map.entry(List.of("run", "job.yaml", "more"), "`more` is one word too many"),
            Map.entry(List.of("run", "none.yaml"), "there is no such job file"),
            Map.entry(List.of("verify", "job.yaml", "--rows", "many"), "write a whole number"),
            Map.entry(List.of("verify", "job.yaml", "--rows", "-1"), "from 0 to"),
            Map.entry(List.of("accuracy", "out", "category"), "--gold is missing"),
            Map.entry(List.of("accuracy", "--gold", "x.jsonl"), "TABLE is missing"),
            Map.entry(List.of("accuracy", "out"), "--gold and COLUMN are missing"),
            Map.entry(List.of("bench", "engine", "--weights", "int4"), "int8"),
            Map.entry(List.of("bench", "engine", "--prompt", "0"), "--prompt is 0"),
            Map.entry(List.of("bench", "engine", "--threads", "-1"), "from 0 to 1024"),
            Map.entry(List.of("bench", "host", "--sequences", "0"), "--sequences is 0"),
            Map.entry(
                List.of("bench", "logits", "m", "--prompts", "none.txt", "--out", "o"),
                "no such file"));
    reasons.forEach(
        (words, reason) -> {
          JobFolder.Ended ended = new JobFolder(directory).run(words.toArray(new String[0]));
          assertThat(ended.code()).as("%s", words).isEqualTo(Espalier.BAD_CONFIGURATION);
          assertThat(ended.err()).as("%s", words).contains("error: ").contains(reason);
          assertThat(ended.err())
              .as("%s", words)
              .doesNotContain("Exception")
              .doesNotContain("java.")
              .doesNotContain("picocli");
        });
  }

  @Test
  void helpIsNoError() {
    for (List<String> words :
        List.of(
            List.of("--help"),
            List.of("run", "--help"),
            List.of("--version"),
            List.of("verify", "--version"),
            List.of("bench", "host", "-V"))) {
      JobFolder.Ended ended = new JobFolder(directory).run(words.toArray(new String[0]));
      assertThat(ended.code()).as("%s", words).isZero();
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out()).isNotBlank();
    }
    assertThat(new JobFolder(directory).run("--help").out())
        .contains("accuracy", "bench", "run", "verify", "130, 143");
  }
}
