package dev.espalier.jobs.schedule.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.SchedulePlace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
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
}
