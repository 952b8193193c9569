package dev.espalier.jobs;

import dev.espalier.row.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of a command that takes some rows of the input instead of all. */
final class TrialOptions {
  /** Of a sample the hashes, of named rows the rows are held in memory. */
  private static final long MOST_SAMPLED = 1_000_000;

  private static final long MOST_NAMED = 10_000;

  /** A comma without a backslash before it. */
  private static final Pattern COMMA = Pattern.compile("(?<!\\\\),");

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Takes the first N rows of the input; writes into OUTPUT-limit-N.")
  private Long limit;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description =
          "Takes N rows, drawn uniformly by the job's seed and the rows' ids; writes into"
              + " OUTPUT-sample-N.")
  private Long sample;

  @Option(
      names = "--ids",
      paramLabel = "A,B",
      description =
          "Takes the rows of these ids; may be repeated, and \\, is a comma of an id. Writes into"
              + " OUTPUT-ids-HASH.")
  private List<String> ids = new ArrayList<>();

  /**
   * What is chosen.
   *
   * @param seed of the job
   * @param problems gets what is wrong
   */
  RowSelection selection(long seed, List<Problem> problems) {
    List<String> given = given();
    if (given.size() > 1) {
      problems.add(
          new Problem(
              String.join(" and ", given),
              "only one of them can choose the rows",
              "keep one of them"));
    }
    checkRange("--limit", limit, Long.MAX_VALUE, problems);
    checkRange("--sample", sample, MOST_SAMPLED, problems);
    List<String> named = named();
    if (!ids.isEmpty() && (named.contains("") || named.size() > MOST_NAMED)) {
      problems.add(
          new Problem(
              "--ids",
              named.contains("") ? "an id is empty" : named.size() + " ids",
              "write ids with commas between them, at most " + MOST_NAMED));
    }
    if (!problems.isEmpty()) {
      return new RowSelection.All(); // nothing will run
    }
    if (limit != null) {
      return new RowSelection.First(limit);
    }
    if (sample != null) {
      return new RowSelection.Sample(Math.toIntExact(sample), seed);
    }
    return ids.isEmpty() ? new RowSelection.All() : new RowSelection.Named(named);
  }

  private List<String> given() {
    List<String> given = new ArrayList<>();
    if (limit != null) {
      given.add("--limit");
    }
    if (sample != null) {
      given.add("--sample");
    }
    if (!ids.isEmpty()) {
      given.add("--ids");
    }
    return given;
  }

  private static void checkRange(String name, Long value, long most, List<Problem> problems) {
    if (value != null && (value < 1 || value > most)) {
      problems.add(
          new Problem(
              name,
              "is " + value,
              most == Long.MAX_VALUE
                  ? "write a number of rows, at least 1"
                  : "write a number of rows from 1 to " + most));
    }
  }

  private List<String> named() {
    List<String> named = new ArrayList<>();
    for (String list : ids) {
      for (String id : COMMA.split(list, -1)) {
        named.add(id.replace("\\,", ","));
      }
    }
    return named;
  }

  /** These options again, for a shell. */
  String words() {
    StringBuilder words = new StringBuilder();
    if (limit != null) {
      words.append(" --limit ").append(limit);
    }
    if (sample != null) {
      words.append(" --sample ").append(sample);
    }
    ids.forEach(list -> words.append(" --ids ").append(JobOverrides.quoted(list)));
    return words.toString();
  }
}
