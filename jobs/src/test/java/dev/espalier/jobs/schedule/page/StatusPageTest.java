package dev.espalier.jobs.schedule.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.HookEvents;
import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.SchedulePlace;
import dev.espalier.jobs.schedule.file.Hook;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.file.ScheduleFile;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusPageTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 200})
  void thePageLoadsNothingAndRunsNothing(int jobs) {
    String html = new StatusPage(Moments.of(jobs), 5, true).html();
    assertThat(html)
        .doesNotContain("<script", "<link", "<img", "@import", "url(", "http://", "https://")
        .doesNotContainPattern("\\son[a-z]+=")
        .contains("prefers-color-scheme:dark");
    Matcher rows = Pattern.compile("<tr id=\"job-").matcher(html);
    assertThat(rows.results().count()).isEqualTo(jobs);
    assertThat(html).hasSizeLessThan(20_000 + 4_000 * jobs);
  }

  @Test
  void textsOfUsersAreEscaped() {
    String html = new StatusPage(Moments.of(200), 5, true).html();
    assertThat(html)
        .contains("&lt;script&gt;document.title=&#39;taken&#39;&lt;/script&gt;&quot;&#39;&amp;");
    assertThat(Html.escaped("a\u0000b")).isEqualTo("a\uFFFDb");
  }

  @Test
  void progressAndNextFiresAreShown() {
    String html = new StatusPage(Moments.of(1), 5, true).html();
    assertThat(html)
        .contains(
            "742 of 1960 rows (37%), 3 failed", "width:37%", "2026-12-01 01:07", "in 15 h 51 min");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "9999 | 9999",
        "10000 | 10.0 k",
        "12345 | 12.3 k",
        "999499 | 999 k",
        "999600 | 1.00 M",
        "4560000 | 4.56 M",
        "99950 | 100 k"
      })
  void countsAreShort(long number, String text) {
    assertThat(Spoken.count(number)).isEqualTo(text);
  }

  @Test
  void timesAreSpoken() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(Spoken.relative(now.plus(Duration.ofMinutes(200)), now)).isEqualTo("in 3 h 20 min");
    assertThat(Spoken.relative(now.minus(Duration.ofDays(2)), now)).isEqualTo("2 d ago");
    assertThat(Spoken.relative(now, now)).isEqualTo("now");
    assertThat(Spoken.duration(Duration.ofMillis(400))).isEqualTo("0.4 s");
  }

  /** The format by its own grammar: names, labels, one head before the samples of each name. */
  @Test
  void metricsAreWhatPrometheusReads() {
    Pattern sample =
        Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{([a-z]+=\"([^\"\\\\]|\\\\.)*\",?)*\\})? -?[0-9.]+");
    Set<String> samples = new HashSet<>();
    Set<String> heads = new HashSet<>();
    String current = "";
    for (String line : Metrics.of(Moments.of(200)).lines().toList()) {
      if (line.startsWith("# HELP ")) {
        current = line.split(" ", -1)[2];
        assertThat(heads.add(current)).as(line).isTrue();
      } else if (line.startsWith("# TYPE ")) {
        assertThat(line).matches("# TYPE " + current + " (gauge|counter)");
        assertThat(current.endsWith("_total")).isEqualTo(line.endsWith("counter"));
      } else {
        Matcher matcher = sample.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        assertThat(matcher.group(1)).isEqualTo(current);
        assertThat(samples.add(line.substring(0, line.lastIndexOf(' ')))).as(line).isTrue();
      }
    }
    assertThat(samples).hasSizeGreaterThan(2000);
  }

  /** A record that was damaged, or is of another version, tells all readers the same. */
  @Test
  void aRunThatEndedWithoutAnExitCodeIsAFailureForAll() {
    Moment moment = Moments.withoutExitCode();
    RunRecord run = moment.state().runs().values().iterator().next();
    Hook hook =
        new Hook(
            "h",
            Set.of(Hook.Event.FAILURE),
            1,
            List.of(),
            new Hook.Command(List.of("c")),
            Duration.ZERO,
            0);
    assertThat(HookEvents.of(hook, run)).contains(Hook.Event.FAILURE);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(Metrics.of(moment))
        .contains("espalier_schedule_job_last_exit_code{job=\"triage\"} 3\n");
  }

  @Test
  void theServerShowsAndChangesNothing() throws Exception {
    Moment moment = Moments.of(1);
    SchedulePlace place =
        new SchedulePlace(StorageOptions.defaults().open(""), directory.toString());
    Files.createDirectories(directory.resolve("runs"));
    String run = moment.state().runs().keySet().iterator().next();
    Files.writeString(directory.resolve("runs/" + run + ".1.log"), "4 rows\n");
    try (PageServer server = PageServer.open("127.0.0.1", 0, () -> Optional.of(moment), place)) {
      assertThat(get(server, "").body()).startsWith("<!doctype html>");
      assertThat(get(server, "").headers().firstValue("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'");
      JsonNode json = new ObjectMapper().readTree(get(server, "status.json").body());
      assertThat(json.at("/jobs/0/running/0/rowsDone").asLong()).isEqualTo(742);
      assertThat(json.at("/jobs/0/next").asText()).isEqualTo("2026-12-01T00:07:00Z");
      assertThat(get(server, "metrics").headers().firstValue("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      assertThat(get(server, "logs/" + run).body()).contains("4 rows");
      assertThat(get(server, "logs/..%2Fstate").statusCode()).isEqualTo(404);
      assertThat(get(server, "other").statusCode()).isEqualTo(404);
      HttpRequest post =
          HttpRequest.newBuilder(URI.create(server.address()))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      assertThat(
              HttpClient.newHttpClient()
                  .send(post, HttpResponse.BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(405);
    }
    try (PageServer starting = PageServer.open("127.0.0.1", 0, Optional::empty, place)) {
      assertThat(get(starting, "").statusCode()).isEqualTo(503);
    }
  }

  private static HttpResponse<String> get(PageServer server, String path)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void filesHoldTheSame() throws IOException {
    PageFiles files =
        new PageFiles(StorageOptions.defaults().open(""), directory.resolve("page").toString());
    files.write(Moments.of(200));
    files.write(Moments.of(1));
    assertThat(directory.resolve("page/index.html")).content().contains("triage");
    assertThat(directory.resolve("page/index.html")).content().doesNotContain("href=\"logs/");
    assertThat(directory.resolve("page/status.json")).exists();
    assertThat(directory.resolve("page/metrics.prom")).exists();
  }

  private SchedulePlace place() throws IOException {
    return new SchedulePlace(StorageOptions.defaults().open(""), directory.toString());
  }

  @Test
  @Timeout(60)
  void clientsThatDoNotGoOnKeepNobodyElseOut() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (PageServer server =
        PageServer.open("127.0.0.1", 0, () -> Optional.of(Moments.of(1)), place())) {
      URI at = URI.create(server.address());
      for (int i = 0; i < 10; i++) {
        Socket socket = new Socket(at.getHost(), at.getPort());
        slow.add(socket);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(get(server, "metrics").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void ofMuchThatWasPrintedTheEndIsShown() throws Exception {
    Moment moment = Moments.of(1);
    String run = moment.state().runs().keySet().iterator().next();
    Files.createDirectories(directory.resolve("runs"));
    Files.writeString(directory.resolve("runs/" + run + ".1.log"), "the first start\n");
    String line = "x".repeat(99) + "\n";
    Files.writeString(
        directory.resolve("runs/" + run + ".2.log"), line.repeat(30_000) + "the end\n");
    try (PageServer server = PageServer.open("127.0.0.1", 0, () -> Optional.of(moment), place())) {
      String shown = get(server, "logs/" + run).body();
      assertThat(shown).hasSizeBetween(1_000_000, 1_100_000).endsWith(line + "the end\n");
      assertThat(shown.lines().skip(1).findFirst()).contains(line.strip());
      assertThat(shown).startsWith("--- " + run + ".2.log, its end").doesNotContain("first start");
    }
  }

  @Test
  void longListsAndHooksThatWereNotToldReadWell() {
    Moment many = Moments.of(200);
    StringBuilder after = new StringBuilder("jobs:\n");
    many.schedule().jobs().forEach(job -> after.append("  " + job.name() + ": {job: j.yaml}\n"));
    after.append("  last: {job: j.yaml, after: [");
    after.append(String.join(", ", many.schedule().jobs().stream().map(j -> j.name()).toList()));
    Schedule schedule =
        ScheduleFile.read(Path.of("/srv/nightly.yaml"), after + "]}", List.of("refresh"))
            .schedule()
            .orElseThrow();
    RunRecord run =
        RunRecord.of("last.1", "last", "2026-01-01T00:00Z", "trigger", 1, 1, 0, null)
            .started(1)
            .closed(2, 3, "it failed", RunFigures.NONE, Map.of("chat", "not told: answered 500"));
    Moment moment =
        new Moment(
            schedule,
            new ScheduleState(1, Map.of(), Map.of(run.id(), run), Map.of(), List.of()),
            many.now(),
            Map.of(),
            Map.of(),
            Map.of());
    assertThat(new StatusPage(moment, 5, true).html())
        .contains("after reviews-1, calls-2, mails-3 and 197 more")
        .contains("<small class=\"bad\">chat: not told: answered 500</small>");
  }
}
