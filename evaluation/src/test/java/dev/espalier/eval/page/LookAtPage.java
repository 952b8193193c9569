package dev.espalier.eval.page;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Takes pictures of a report: {@code LookAtPage FILE FOLDER}. */
public final class LookAtPage {
  private LookAtPage() {}

  public static void main(String[] arguments) throws Exception {
    Path page = Path.of(arguments[0]).toAbsolutePath();
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    Path scratch = Files.createTempDirectory("chromium");
    try (Chromium browser = new Chromium(scratch)) {
      for (boolean dark : new boolean[] {false, true}) {
        for (int width : new int[] {1280, 390}) {
          browser.view(width, width > 600 ? 900 : 844, dark);
          browser.open(page);
          int height = browser.evaluate("document.documentElement.scrollHeight").asInt();
          String name = width + (dark ? "-dark" : "-light");
          int part = 0;
          int step = width > 600 ? 1800 : 2200;
          for (int top = 0; top < height; top += step) {
            browser.view(width, Math.min(step, height - top), dark);
            browser.evaluate("window.scrollTo(0, " + top + ")");
            Thread.sleep(200);
            Files.write(folder.resolve(name + "-" + part++ + ".png"), browser.screenshot(false));
          }
          browser.view(width, width > 600 ? 900 : 844, dark);
          browser.click("#list .row");
          Thread.sleep(200);
          Files.write(folder.resolve(name + "-question.png"), browser.screenshot(false));
        }
      }
      browser.view(800, 2600, false);
      browser.call("Emulation.setEmulatedMedia", Map.of("media", "print"));
      Files.write(folder.resolve("print.png"), browser.screenshot(false));
      browser.problems().forEach(System.out::println);
    }
  }
}
