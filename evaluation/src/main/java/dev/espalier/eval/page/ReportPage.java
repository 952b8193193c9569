package dev.espalier.eval.page;

import dev.espalier.eval.SweepResults;
import dev.espalier.eval.compare.ComparisonOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes the report of a sweep as one HTML file. */
public final class ReportPage {
  /** In the order in which the page runs them. */
  private static final List<String> SCRIPTS =
      List.of(
          "data.js",
          "dom.js",
          "state.js",
          "charts.js",
          "answer.js",
          "scores.js",
          "forest.js",
          "curves.js",
          "cost.js",
          "list.js",
          "questions.js",
          "sample.js",
          "page.js");

  private ReportPage() {}

  /**
   * The options of a report: values of seeds are averaged, and all metrics are compared.
   *
   * @param cluster the column of documents whose equal values make a cluster
   */
  public static ComparisonOptions options(Optional<String> cluster) {
    ComparisonOptions plain = ComparisonOptions.DEFAULTS;
    return new ComparisonOptions(
        Optional.empty(),
        cluster,
        Optional.empty(),
        Set.of(Settings.SEED),
        plain.confidence(),
        plain.power(),
        plain.replicates(),
        plain.seed());
  }

  /**
   * @param out stays open
   * @throws IOException if samples cannot be read, or the page not written
   */
  public static void write(SweepResults sweep, ComparisonOptions options, OutputStream out)
      throws IOException {
    ReportContent content = new ReportContent(sweep);
    String page = resource("page.html");
    text(out, before(page, "<!--title-->"));
    text(out, escaped(sweep.name()));
    text(out, between(page, "<!--title-->", "<!--style-->"));
    text(out, "<style>\n" + resource("page.css") + "</style>\n");
    text(out, between(page, "<!--style-->", "<!--data-->"));
    DataBlock.write(out, "overview", json -> new OverviewData(content, options, json).write());
    for (int task = 0; task < content.tasks().size(); task++) {
      String name = content.tasks().get(task);
      DataBlock.write(out, "task" + task, json -> new TaskData(content, name, json).write());
    }
    text(out, between(page, "<!--data-->", "<!--script-->"));
    text(out, "<script>\n(() => {\n\"use strict\";\n");
    for (String script : SCRIPTS) {
      text(out, resource(script));
    }
    text(out, "})();\n</script>\n");
    text(out, after(page, "<!--script-->"));
    out.flush();
  }

  private static void text(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String before(String page, String mark) {
    return page.substring(0, page.indexOf(mark));
  }

  private static String after(String page, String mark) {
    return page.substring(page.indexOf(mark) + mark.length());
  }

  private static String between(String page, String from, String to) {
    return before(after(page, from), to);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
