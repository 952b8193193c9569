package dev.espalier.jobs.schedule.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page as a browser reads it, where one is installed. */
class BrowserTest {
  @TempDir Path directory;

  private static Optional<Path> browser() {
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @ParameterizedTest
  @CsvSource({"1, false", "200, false", "1, true", "200, true"})
  void aBrowserReadsThePageAndDrawsIt(int jobs, boolean dark) throws Exception {
    assumeTrue(browser().isPresent(), "no browser is installed");
    Path page = directory.resolve("index.html");
    Files.writeString(page, new StatusPage(Moments.of(jobs), 3600, true).html());
    Path picture = directory.resolve("page.png");
    String dom = run(List.of("--dump-dom", page.toUri().toString()), dark);
    // As the browser has it: texts in their cells, and none of them run.
    assertThat(dom).contains("<title>nightly – Espalier</title>").doesNotContain("<script");
    assertThat(count(dom, "<tr id=\"job-")).isEqualTo(jobs);
    assertThat(count(dom.substring(dom.indexOf("id=\"jobs\"")), "</td><td"))
        .isGreaterThan(6 * jobs);
    assertThat(dom).contains("width:37%");
    var unused =
        run(
            List.of(
                "--screenshot=" + picture,
                "--window-size=1280,1000",
                "--hide-scrollbars",
                page.toUri().toString()),
            dark);
    var image = ImageIO.read(picture.toFile());
    assertThat(image.getWidth()).isEqualTo(1280);
    int corner = image.getRGB(3, 3) & 0xff;
    assertThat(corner).isBetween(dark ? 0 : 200, dark ? 80 : 255);
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  private String run(List<String> arguments, boolean dark)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                browser().orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + directory.resolve("profile"),
                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1)));
    command.addAll(arguments);
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return Files.readString(out, StandardCharsets.UTF_8);
  }
}
