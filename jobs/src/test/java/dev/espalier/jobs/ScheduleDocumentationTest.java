package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.file.ScheduleFile;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/schedule.md and infra/compose say what the scheduler understands. */
class ScheduleDocumentationTest {
  private static final Path ROOT = Path.of("..");
  private static final List<String> COMMANDS = List.of("refresh", "run");

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/schedule.md"));
  }

  private static Schedule good(Path file, String text) {
    ScheduleFile.Reading reading = ScheduleFile.read(file, text, COMMANDS);
    assertThat(reading.problems()).isEmpty();
    return reading.schedule().orElseThrow();
  }

  @Test
  void theRecipeAndTheExampleAreSchedules() throws IOException {
    Matcher yaml = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(page());
    assertThat(yaml.find()).isTrue();
    assertThat(good(Path.of("nightly.yaml"), yaml.group(1)).jobs()).hasSize(2);
    Path file = ROOT.resolve("infra/compose/schedule.yaml");
    Schedule example = good(file, Files.readString(file));
    for (ScheduledJob job : example.jobs()) {
      Path triage = ROOT.resolve(job.file().replace("/opt/espalier/", ""));
      List<String> settings = new ArrayList<>();
      job.settings().forEach((name, value) -> settings.add(name + "=" + value));
      assertThat(Files.exists(triage)).as("%s", triage).isTrue();
      JobFile.Reading reading = readingOf(triage, settings);
      assertThat(reading.problems()).as(job.name()).isEmpty();
    }
  }

  private static JobFile.Reading readingOf(Path file, List<String> settings) {
    try {
      return JobFileReader.reading(file, settings);
    } catch (ConfigurationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void composeCallsTheCommand() throws IOException {
    JsonNode service =
        new YAMLMapper()
            .readTree(Files.readString(ROOT.resolve("infra/compose/compose.yaml")))
            .at("/services/scheduler");
    List<String> words = new ArrayList<>();
    service.get("command").forEach(word -> words.add(word.asText()));
    CommandLine.ParseResult parsed =
        Espalier.commandLine().parseArgs(words.toArray(String[]::new)).subcommand();
    assertThat(parsed.commandSpec().name()).isEqualTo("schedule");
    assertThat(parsed.unmatched()).isEmpty();
    assertThat(service.at("/volumes/0").asText()).contains(words.get(1));
  }

  @Test
  void theDeploymentCallsTheCommandAndAsksItsPage() throws IOException {
    JsonNode container =
        new YAMLMapper()
            .readTree(Files.readString(ROOT.resolve("infra/kubernetes/scheduler.yaml")))
            .at("/spec/template/spec/containers/0");
    List<String> words = new ArrayList<>();
    container.get("args").forEach(word -> words.add(word.asText()));
    CommandLine.ParseResult parsed =
        Espalier.commandLine().parseArgs(words.toArray(String[]::new)).subcommand();
    assertThat(parsed.commandSpec().name()).isEqualTo("schedule");
    assertThat(parsed.unmatched()).isEmpty();
    int port = good(Path.of("s.yaml"), "jobs: {a: {job: j.yaml}}").page().port().orElseThrow();
    assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(port);
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/status.json");
  }

  /** Every field that the reader knows is in a table, and every field of a table is known. */
  @Test
  void theTablesHaveAllFields() throws IOException {
    String text =
        """
        no: 1
        page: {no: 1}
        jobs: {a: {job: j.yaml, no: 1, arrival: {path: in, no: 1}, retries: {no: 1}}}
        hooks: [{command: [a], no: 1}]
        """;
    Set<String> known = new TreeSet<>();
    for (Problem problem : ScheduleFile.read(Path.of("s.yaml"), text, COMMANDS).problems()) {
      String section = problem.message().replaceFirst("unknown field (.*?)\\.?no$", "$1");
      String prefix =
          section.startsWith("jobs.a.")
              ? section.substring("jobs.a.".length()) + "."
              : section.equals("page") ? "page." : "";
      String names = problem.remedy().replace("known here: ", "").replaceFirst(";.*", "");
      for (String name : names.split(", ", -1)) {
        known.add(prefix + name);
      }
    }
    known.removeAll(Set.of("page", "arrival", "jobs"));
    Set<String> documented = new TreeSet<>();
    Matcher rows = Pattern.compile("(?m)^\\| `([a-zA-Z.]+)` \\|").matcher(page());
    while (rows.find()) {
      documented.add(rows.group(1));
    }
    documented.add("jobs");
    known.add("jobs");
    documented.remove("jobs.NAME");
    assertThat(documented).containsAll(known);
    documented.removeAll(known);
    documented.removeIf(name -> name.equals("arrival") || name.equals("cron"));
    assertThat(documented).isEmpty();
  }

  @Test
  void theMessageOfAHookIsJson() throws IOException {
    Matcher json = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(page());
    assertThat(json.find()).isTrue();
    assertThat(new ObjectMapper().readTree(json.group(1)).path("delivery").asText())
        .isEqualTo("tickets.20260302T013000Z/hook 1");
  }
}
