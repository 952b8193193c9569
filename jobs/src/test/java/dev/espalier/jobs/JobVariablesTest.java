package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.jinja.JinjaException;
import dev.espalier.jobs.fields.JobVariables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobVariablesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "2026-03-01T09:05Z, 2026-03-01T09:05:00+00:00 2026-03-01 2026-02-28 2026 03 01 09 05",
    "2024-03-01T00:00:30-05:00, 2024-03-01T00:00:30-05:00 2024-03-01 2024-02-29 2024 03 01 00 00",
    // The hour that is there twice, and the day after it began in this zone.
    "2026-10-25T02:30+01:00[Europe/Berlin],"
        + " 2026-10-25T02:30:00+01:00 2026-10-25 2026-10-24 2026 10 25 02 30",
  })
  void namesArePartsOfTheTimeInItsZone(String time, String expected) {
    String text =
        "{{ at }} {{ date }} {{ yesterday }} {{ year }} {{ month }} {{ day }} {{ hour }}"
            + " {{ minute }}";
    assertThat(JobVariables.at(JobVariables.timeOf(time)).fill(text)).isEqualTo(expected);
  }

  @Test
  void aTimeHasAZone() {
    for (String text : List.of("2026-03-01", "2026-03-01T00:00", "now", "")) {
      assertThatThrownBy(() -> JobVariables.timeOf(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no time with a zone");
    }
  }

  @Test
  void varsStayWhenTheTimeMoves() {
    JobVariables variables = JobVariables.now().with(Map.of("region", "eu"));
    assertThat(
            variables
                .movedTo(JobVariables.timeOf("2026-03-01T00:00Z"))
                .fill("s3a://b/{{ vars.region }}/{{ date }}/*.{jsonl,csv}"))
        .isEqualTo("s3a://b/eu/2026-03-01/*.{jsonl,csv}");
    assertThatThrownBy(() -> variables.fill("{{ vars.town }}")).isInstanceOf(JinjaException.class);
  }

  @Test
  void pathsOfAJobFileHaveThem() throws Exception {
    Path job = job("in/date={{ date }}");
    JobVariables march = JobVariables.at(JobVariables.timeOf("2026-03-01T00:00+01:00"));
    JobFile read = JobFileReader.reading(job, List.of("vars.table=t"), march).job().orElseThrow();
    assertThat(read.input().path()).isEqualTo(directory.resolve("in/date=2026-03-01").toString());
    assertThat(read.output().path()).isEqualTo(directory.resolve("out/t/2026").toString());
    assertThat(JobFileReader.reading(job, List.of(), march).problems()).isEmpty();
  }

  @Test
  void aNameThatIsNotThereIsAProblemWithItsPlace() throws Exception {
    assertThat(JobFileReader.reading(job("in/{{ dat }}"), List.of()).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.location()).endsWith("job.yaml:4:9");
              assertThat(problem.message()).contains("input.path").contains("dat");
              assertThat(problem.remedy()).contains("date");
            });
  }

  private Path job(String input) throws IOException {
    return Files.writeString(
        directory.resolve("job.yaml"),
        """
        model: builtin:nano
        program: triage.yaml
        vars: {table: tickets}
        input: {path: "%s"}
        output: {path: "out/{{ vars.table }}/{{ year }}"}
        """
            .formatted(input));
  }
}
