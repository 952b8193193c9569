package dev.espalier.eval.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.compare.ComparedTask;
import dev.espalier.eval.compare.Comparison;
import dev.espalier.eval.compare.MetricKey;
import dev.espalier.eval.compare.Side;
import dev.espalier.eval.compare.SweepComparer;
import dev.espalier.row.StepTrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as a browser reads it, where one is installed. */
class ReportPageTest {
  private static final MadeUpSweep SWEEP = MadeUpSweep.of(60);

  @TempDir Path directory;

  private static byte[] page(SweepResults sweep) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ReportPage.write(sweep, ReportPage.options(Optional.of("passage")), out);
    return out.toByteArray();
  }

  private Path file(SweepResults sweep) throws IOException {
    return Files.write(directory.resolve("report.html"), page(sweep));
  }

  @Test
  void thePageIsTheSameEachTimeAndNoTextOfTheDataStandsInIt() throws IOException {
    MadeUpSweep few = MadeUpSweep.ofDay(10, 0);
    byte[] page = page(few);
    assertThat(page(few)).isEqualTo(page);
    String text = new String(page, StandardCharsets.UTF_8);
    assertThat(text)
        .doesNotContain("broken out")
        .doesNotContain("http://127")
        .doesNotContainPattern("<(script|link|img)[^>]+(src|href)=\"(?!data:)");
    assertThat(text.split("</script>", -1)).hasSize(1 + 1 + 8 + 1);
  }

  @Test
  void aReaderFindsWhatIsBetterAndTheQuestionsOnWhichModelsDiffer() throws Exception {
    assumeTrue(Chromium.find().isPresent(), "no browser is installed");
    Comparison comparison =
        new SweepComparer(ReportPage.options(Optional.of("passage")))
            .compare(
                new Side("base", SWEEP, "base", Map.of("fewshot", "5")),
                new Side("better", SWEEP, "better", Map.of("fewshot", "5")),
                new MetricKey("acc", "none"));
    try (Chromium browser = new Chromium(directory)) {
      browser.view(1280, 900, false);
      browser.open(file(SWEEP));
      assertThat(browser.evaluate("document.title").asText()).isEqualTo("made-up – Espalier");
      assertThat(browser.text("#summary")).isEqualTo("5 models × 8 tasks × 2 settings × 3 seeds");
      seesTheAnswer(browser, comparison);
      seesTheScores(browser);
      opensQuestionsOfATask(browser, comparison.tasks().get(0));
      filtersAndSearches(browser);
      readsAQuestion(browser);
      changesTheBaseline(browser);
      assertThat(browser.problems()).isEmpty();
    }
  }

  private static void seesTheAnswer(Chromium browser, Comparison comparison) throws Exception {
    assertThat(browser.count(".answer-row")).isEqualTo(4);
    // Sorted from the best to the worst.
    assertThat(browser.text(".answer-row:first-child h3")).contains("better");
    assertThat(browser.text(".answer-row:last-child h3")).contains("worse");
    for (ComparedTask task : comparison.tasks()) {
      boolean certain = task.outcome().adjusted() < 0.05;
      if (certain) {
        assertThat(browser.text(".answer-row:first-child")).contains(task.task());
      }
    }
  }

  private static void seesTheScores(Chromium browser) throws Exception {
    assertThat(browser.count(".matrix tbody tr")).isEqualTo(8 + 1);
    assertThat(browser.count(".matrix thead th[scope=col]")).isEqualTo(5 + 1);
    assertThat(browser.count(".matrix tbody th[scope=row]")).isEqualTo(8 + 1);
    assertThat(browser.count(".matrix td.worse")).isPositive();
    assertThat(browser.count(".multiples svg")).isEqualTo(9 + 8);
    assertThat(browser.count(".cost tbody:not([hidden]) tr")).isEqualTo(5);
    String inOrder = browser.text(".matrix tbody tr:nth-child(2) th bdi");
    browser.click(".matrix thead th:nth-child(5) button");
    assertThat(browser.count("th[aria-sort=descending]")).isEqualTo(1);
    String best = browser.text(".matrix tbody tr:nth-child(2) td:nth-child(5) .value");
    String worst = browser.text(".matrix tbody tr:last-child td:nth-child(5) .value");
    assertThat(Double.parseDouble(best.replaceAll("[^0-9.]", "")))
        .isGreaterThan(Double.parseDouble(worst.replaceAll("[^0-9.]", "")));
    browser.click(".matrix thead th:first-child button");
    assertThat(browser.text(".matrix tbody tr:nth-child(2) th bdi")).isEqualTo(inOrder);
  }

  private static void opensQuestionsOfATask(Chromium browser, ComparedTask task) throws Exception {
    browser.select("#other", "better");
    String row =
        "[...document.querySelectorAll('.forest tbody tr')].find(r =>"
            + " r.querySelector('bdi').textContent === '"
            + task.task()
            + "')";
    assertThat(browser.evaluate(row + ".querySelectorAll('.link')[1].innerText").asInt())
        .isEqualTo(task.gained().size());
    browser.evaluate(row + ".querySelectorAll('.link')[1].id = 'gained-link'");
    browser.click("#gained-link");
    browser.awaitQuestions();
    assertThat(browser.evaluate("document.activeElement.id").asText()).isEqualTo("list");
    assertThat(browser.evaluate("document.getElementById('task').value").asInt()).isZero();
    assertThat(browser.evaluate("document.getElementById('kind').value").asText())
        .isEqualTo("gained");
    assertThat(browser.text("#list .row:first-child .pair").replaceAll("[^✓✗]", ""))
        .isEqualTo("✗✓");
  }

  private static void filtersAndSearches(Chromium browser) throws Exception {
    browser.select("#kind", "all");
    browser.awaitQuestions();
    assertThat(browser.text("#questions-count")).startsWith("60 questions");
    // Far fewer rows than questions are drawn.
    assertThat(browser.count("#list .row")).isBetween(10, 40);
    browser.press("/");
    browser.type("case 17, rule");
    await(browser, "1 of 60 questions");
    assertThat(browser.text("#list .row .number")).isEqualTo("17");
    assertThat(browser.evaluate("document.activeElement.id").asText()).isEqualTo("search");
    browser.evaluate(
        "(() => { const s = document.getElementById('search'); s.value = ''; s.dispatchEvent(new"
            + " Event('input')); })()");
    await(browser, "60 questions");
    browser.select("#task", "all tasks");
    await(browser, "480 questions");
    browser.evaluate("document.getElementById('list').focus()");
    browser.press("End");
    assertThat(browser.text("#list .row[aria-selected=true] small")).isEqualTo("prose");
    assertThat(browser.text("#detail h3")).isEqualTo("prose · document 59");
    browser.press("Home");
    browser.press("ArrowDown");
    assertThat(browser.text("#detail h3")).isEqualTo("anatomy · document 1");
    assertThat(
            browser
                .evaluate(
                    "document.getElementById('list').ariaActiveDescendantElement?.id ??"
                        + " document.getElementById('list').getAttribute('aria-activedescendant')")
                .asText())
        .isEqualTo("row-1");
  }

  private static void await(Chromium browser, String count) throws Exception {
    browser.await(
        "document.getElementById('questions-count').textContent.startsWith('" + count + "')");
  }

  private static void readsAQuestion(Chromium browser) throws Exception {
    browser.press("Home");
    // What could break out of its place is text.
    assertThat(browser.text("#detail .question")).contains("</script><script>").contains("<img");
    assertThat(browser.evaluate("document.title").asText()).isEqualTo("made-up – Espalier");
    assertThat(browser.count("#detail img")).isZero();
    assertThat(browser.count("#detail .choice-table tbody tr")).isEqualTo(4);
    assertThat(browser.count("#detail .gold")).isEqualTo(1);
    assertThat(browser.text("#detail .choice-table")).contains("chosen").contains(" %");
    double sum =
        browser
            .evaluate(
                "[...document.querySelectorAll('#detail .choice-table td:nth-child(2) .value')]"
                    + ".reduce((sum, value) => sum + parseFloat(value.textContent), 0)")
            .asDouble();
    assertThat(sum).isBetween(99.5, 100.5);
    browser.click("#detail .steps button:nth-child(2)");
    assertThat(browser.text("#detail h3")).isEqualTo("anatomy · document 1");
    // Halves of surrogate pairs, and a zero, arrive as they were.
    assertThat(
            browser
                .evaluate(
                    "(() => { const text = document.querySelector('#detail .question').textContent;"
                        + " return [text.includes('\\ud83d and'), text.includes('\\udc00,'),"
                        + " text.includes('\\ud83d\\ude00'), text.includes('\\u0000')].join();"
                        + " })()")
                .asText())
        .isEqualTo("true,true,true,true");
    browser.evaluate("document.getElementById('list').focus()");
    browser.press("ArrowDown");
    browser.press("ArrowDown");
    assertThat(browser.text("#detail .question .link")).contains("all 300,");
    browser.click("#detail .question .link");
    assertThat(
            browser
                .evaluate("document.querySelector('#detail .question').textContent.length")
                .asInt())
        .isGreaterThan(300_000);
    browser.evaluate("document.querySelectorAll('#detail details').forEach((d) => d.open = true)");
    assertThat(browser.text("#detail .prompt")).startsWith("Question: In anatomy, what follows");
    assertThat(browser.text("#detail ol")).contains("log-probability of");
    assertThat(browser.text("#detail .columns")).contains("passage 0");
    browser.select("#task", MadeUpSweep.GENERATED_TASK);
    await(browser, "60 questions");
    assertThat(browser.text("#detail")).contains("####").contains("flexible-extract");
  }

  private static void changesTheBaseline(Chromium browser) throws Exception {
    browser.select("#baseline", "worse");
    browser.awaitQuestions();
    assertThat(browser.count(".matrix td.worse")).isZero();
    assertThat(browser.count(".matrix td.better")).isGreaterThan(10);
    browser.select("#axis-0", "0");
    browser.awaitQuestions();
    assertThat(browser.text("#questions-count")).contains("at fewshot 0");
    browser.select("#metric", "acc");
    browser.awaitQuestions();
    assertThat(browser.count(".matrix tbody tr")).isEqualTo(6 + 1);
    comparesSettings(browser);
  }

  private static void comparesSettings(Chromium browser) throws Exception {
    browser.select("#dimension", "fewshot");
    browser.awaitQuestions();
    assertThat(browser.text(".matrix thead")).contains("fewshot 0").contains("fewshot 5");
    assertThat(browser.count(".answer-row")).isEqualTo(1);
    assertThat(browser.text("#differences-note")).startsWith("fewshot 5 less fewshot 0");
    browser.select("#model", "better");
    browser.awaitQuestions();
    assertThat(browser.text("#questions-count")).endsWith("at better");
    assertThat(browser.text("#detail")).contains("fewshot 5");
  }

  @Test
  void itFitsAPhoneTheDarkAndPaper() throws Exception {
    assumeTrue(Chromium.find().isPresent(), "no browser is installed");
    try (Chromium browser = new Chromium(directory)) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.view(390, 844, dark);
        browser.open(file(MadeUpSweep.ofDay(40, 0)));
        assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
            .isLessThanOrEqualTo(390);
        var picture = ImageIO.read(new ByteArrayInputStream(browser.screenshot(false)));
        assertThat(picture.getRGB(2, 2) & 0xff).isBetween(dark ? 0 : 200, dark ? 80 : 255);
        browser.click("#list .row:nth-child(2)");
        assertThat(browser.evaluate("document.activeElement.id").asText()).isEqualTo("detail");
        assertThat(browser.evaluate("document.getElementById('detail').offsetWidth").asInt())
            .isEqualTo(390);
        browser.press("Escape");
        assertThat(browser.evaluate("document.activeElement.id").asText()).isEqualTo("list");
        assertThat(
                browser
                    .evaluate("getComputedStyle(document.getElementById('detail')).display")
                    .asText())
            .isEqualTo("none");
      }
      assertThat(new String(browser.pdf(), StandardCharsets.ISO_8859_1)).startsWith("%PDF");
      assertThat(browser.problems()).isEmpty();
    }
  }

  @Test
  void resultsOfSeveralDaysAreALineOverTime() throws Exception {
    assumeTrue(Chromium.find().isPresent(), "no browser is installed");
    try (Chromium browser = new Chromium(directory)) {
      browser.view(1280, 900, false);
      browser.open(file(MakePage.days(20)));
      assertThat(browser.text("#curves h3")).isEqualTo("By results");
      assertThat(browser.count(".multiples figure")).isEqualTo(9);
      assertThat(browser.count(".multiples figure:first-child polyline")).isEqualTo(5);
      assertThat(browser.evaluate("document.getElementById('axis-0').selectedIndex").asInt())
          .as("the latest is shown")
          .isEqualTo(4);
      assertThat(browser.problems()).isEmpty();
    }
  }

  @Test
  void aSweepOfOneModelAndOneTaskHasAPageToo() throws Exception {
    assumeTrue(Chromium.find().isPresent(), "no browser is installed");
    try (Chromium browser = new Chromium(directory)) {
      browser.view(1280, 900, false);
      browser.open(file(new OneCell(MadeUpSweep.ofDay(20, 0))));
      assertThat(browser.text("#answer-body")).contains("nothing to compare it with");
      assertThat(browser.text("#questions-count")).isEqualTo("20 questions");
      assertThat(browser.problems()).isEmpty();
    }
  }

  @Test
  void twoModelsWithProgramsOnManyTasksOfLongNamesFitAPhone() throws Exception {
    assumeTrue(Chromium.find().isPresent(), "no browser is installed");
    try (Chromium browser = new Chromium(directory)) {
      browser.view(390, 844, false);
      browser.open(file(new Programs(14)));
      assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
          .isLessThanOrEqualTo(390);
      assertThat(browser.count(".answer-row .chip")).isEqualTo(8);
      browser.click(".answer-row .more");
      assertThat(browser.count(".answer-row .chip")).isEqualTo(14);
      assertThat(browser.count(".answer-row .more")).isZero();
      browser.view(1280, 900, false);
      browser.open(file(new Programs(1)));
      browser.evaluate("document.querySelectorAll('#detail details').forEach(d => d.open = true)");
      assertThat(browser.text("#detail"))
          .contains("Trace")
          .contains("written by draft 0")
          .contains("17")
          .doesNotContain("null")
          .doesNotContain("Prompt\n(empty)");
      assertThat(browser.count(".program-steps tbody tr")).isEqualTo(2);
      assertThat(browser.problems()).isEmpty();
    }
  }

  /** Two models on tasks that are programs: the first one has nothing right, the second all. */
  private record Programs(int tasks) implements SweepResults {
    private static final int DOCUMENTS = 30;

    @Override
    public String name() {
      return "programs";
    }

    @Override
    public List<CellResult> cells() {
      List<CellResult> cells = new ArrayList<>();
      for (int number = 0; number < 4 * tasks; number++) {
        int model = number % 2;
        int task = number / 4;
        Cell cell =
            new Cell(
                "cell" + number,
                "model" + model,
                "a_task_whose_name_has_no_blank_and_is_longer_than_a_telephone_" + task,
                Map.of("fewshot", Integer.toString(number / 2 % 2)));
        MetricScore score =
            new MetricScore("exact_match", "none", model, OptionalDouble.of(0), true, DOCUMENTS);
        cells.add(new CellResult(cell, List.of(score), 10, 10, 10, 1));
      }
      return cells;
    }

    @Override
    public List<TaskGroup> groups() {
      return List.of();
    }

    @Override
    public Stream<Sample> samples(Cell cell) {
      int model = cell.model().equals("model1") ? 1 : 0;
      return IntStream.range(0, DOCUMENTS).mapToObj(id -> sample(id, model));
    }

    private static Sample sample(int id, int model) {
      TaskDocument document =
          new TaskDocument(
              id,
              Map.of("question", "Question " + id),
              "",
              "right",
              List.of(),
              List.of(new Request.GenerateUntil("", Map.of())));
      StepTrace draft =
          new StepTrace("draft", "gen", 17, 0, 3, "stop", -1.5, "written by draft " + model);
      String answer = model == 1 ? "right" : "wrong";
      return new Sample(
          document,
          "none",
          List.of(List.of(new Response.Text(answer, List.of(draft)))),
          List.of(answer),
          Map.of("exact_match", (double) model),
          "d" + id,
          "p",
          "t");
    }
  }

  /** The first cell of a sweep alone. */
  private record OneCell(SweepResults sweep) implements SweepResults {
    @Override
    public String name() {
      return "one & <b>only</b>";
    }

    @Override
    public List<CellResult> cells() {
      return sweep.cells().subList(0, 1);
    }

    @Override
    public List<TaskGroup> groups() {
      return sweep.groups();
    }

    @Override
    public Stream<Sample> samples(Cell cell) throws IOException {
      return sweep.samples(cell);
    }
  }
}
