package dev.espalier.eval.page;

import java.nio.file.Files;
import java.nio.file.Path;

/** Measures how fluent a report is in a browser: {@code MeasurePage FILE}. */
public final class MeasurePage {
  /** Scrolls the list to its end in steps, one a frame, and gives what each frame took. */
  private static final String SCROLL =
      """
new Promise((done) => {
  const list = document.getElementById("list");
  const times = [];
  let last = performance.now();
  let step = 0;
  function frame() {
    const now = performance.now();
    times.push(now - last);
    last = now;
    if (++step > 200) {
      times.shift();
      times.sort((a, b) => a - b);
      done(list.scrollHeight + " px, frames: median " + times[100].toFixed(1)
        + " ms, 99 % " + times[197].toFixed(1) + " ms, longest " + times[199].toFixed(1) + " ms");
      return;
    }
    list.scrollTop = (list.scrollHeight * step) / 200;
    requestAnimationFrame(frame);
  }
  requestAnimationFrame(frame);
})
""";

  private MeasurePage() {}

  public static void main(String[] arguments) throws Exception {
    Path page = Path.of(arguments[0]).toAbsolutePath();
    try (Chromium browser = new Chromium(Files.createTempDirectory("chromium"))) {
      browser.view(1280, 900, false);
      long start = System.nanoTime();
      browser.open(page);
      say("opened and drawn", start);
      start = System.nanoTime();
      browser.select("#kind", "all");
      browser.awaitQuestions();
      say("all questions of a task", start);
      System.out.println("scrolling " + browser.evaluate(SCROLL).asText());
      start = System.nanoTime();
      browser.select("#task", "all tasks");
      browser.awaitQuestions();
      say("all questions of all tasks: " + browser.text("#questions-count"), start);
      System.out.println("scrolling " + browser.evaluate(SCROLL).asText());
      for (String words : new String[] {"case 77 rule", "case 78 rule"}) {
        start = System.nanoTime();
        browser.evaluate(
            "(() => { const s = document.getElementById('search'); s.value = "
                + Chromium.quoted(words)
                + "; s.dispatchEvent(new Event('input')); })()");
        browser.await("document.getElementById('questions-count').textContent.includes(' of ')");
        browser.awaitQuestions();
        say("a search: " + browser.text("#questions-count"), start);
      }
      System.out.println(
          "heap "
              + browser.evaluate("Math.round(performance.memory.usedJSHeapSize / 1e6)").asInt()
              + " MB; problems "
              + browser.problems());
    }
  }

  private static void say(String what, long start) {
    System.out.printf("%s: %.2f s%n", what, (System.nanoTime() - start) / 1e9);
  }
}
