package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.jobs.flink.TablePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A refresh is killed at random moments while rows come, change and go; the one that goes on leaves
 * the bytes of a full run, and nothing besides.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RefreshKills {
  private static final int KILLS = 20;
  private static final int ROWS = 16;

  private final Random random = new Random(7);
  private Path directory;
  private TablePlace place;
  private JobFolder folder;

  abstract TablePlace start(Path disk) throws Exception;

  abstract void stop();

  @BeforeAll
  void startStorage(@TempDir Path job, @TempDir Path disk) throws Exception {
    directory = job;
    place = start(disk);
    folder = new JobFolder(directory);
    folder.write(
        "program.yaml",
        """
        steps:
          - user: "{{ row.body }}"
          - {gen: reply, maxTokens: 6}
          - {select: urgent, choices: ["yes", "no"]}
        """);
    folder.write(
        "job.yaml",
        """
        model: builtin:nano
        program: program.yaml
        input: {path: rows.jsonl, id: id}
        output: {path: local, shards: 3, include: [lang]}
        seed: 3
        engine: {kvCacheBytes: 64MiB}
        """);
  }

  @AfterAll
  void stopStorage() {
    stop();
  }

  @Test
  void theOneThatGoesOnLeavesTheBytesOfAFullRun() throws Exception {
    long whole = 0; // nanoseconds of a refresh, as far as known
    int killed = 0;
    for (int round = 0; round < KILLS; round++) {
      rows(round);
      long begin = System.nanoTime();
      try (ChildCommand child = ChildCommand.start(directory, Espalier.class, refresh())) {
        if (round == 0) {
          child.readAll();
          assertThat(child.exitCode()).isZero();
          whole = System.nanoTime() - begin;
        } else {
          long after = (long) (whole * (0.2 + 0.9 * random.nextDouble()));
          while (child.isAlive() && System.nanoTime() - begin < after) {
            TimeUnit.MILLISECONDS.sleep(5);
          }
          if (child.isAlive()) {
            killed++;
          } else {
            whole = Math.min(whole, System.nanoTime() - begin); // the machine has less to do now
          }
          child.kill();
        }
      }
      JobFolder.Ended ended = folder.run(refresh());
      assertThat(ended.code()).as("round %s: %s", round, ended.err()).isZero();
      assertThat(current()).as("round %s: %s", round, ended.out()).isEqualTo(fullRun(round));
      assertNothingElse(round);
    }
    assertThat(killed).as("killed before they ended").isGreaterThan(KILLS / 2);
  }

  /** Snapshots that were current, what the next refresh needs, the last report and the lock. */
  private void assertNothingElse(int round) throws IOException {
    Set<String> files = place.files("table").keySet();
    assertThat(files).as("round %s", round).contains("_espalier/run.json");
    assertThat(files)
        .as("round %s", round)
        .allMatch(
            name ->
                name.matches(
                    "CURRENT|_espalier/(run\\.json|steps/(index\\.json|bucket-[^/]+\\.parquet))"
                        + "|_espalier/lock/\\d+\\.(claim|released)|_espalier/switch/\\d+"
                        + "|snapshots/\\d+/(part-[^/]+\\.parquet|_manifest\\.json"
                        + "|_espalier/((run|input|parts|snapshot)\\.json|replaced)"
                        + "|_espalier/(changes|rows-part-[^/]+)\\.parquet)"));
    assertThat(files.stream().filter(name -> name.contains("/lock/")))
        .as("the claims that are left, and their ends")
        .hasSize(2);
    List<String> listed = folder.run(snapshots()).out().lines().skip(1).map(String::strip).toList();
    for (int number = 1; number <= listed.size(); number++) {
      assertThat(listed.get(number - 1))
          .as("round %s", round)
          .startsWith((number == listed.size() ? "* " : "") + number + " ");
    }
  }

  private String[] snapshots(String... more) {
    List<String> words = new ArrayList<>(List.of("snapshots", place.at("table")));
    words.addAll(List.of(more));
    words.addAll(place.words());
    return words.toArray(String[]::new);
  }

  private void rows(int round) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      if (random.nextInt(8) > 0) {
        String line = JobFolder.TICKETS.get(row);
        boolean changes = random.nextInt(3) == 0;
        lines.add(
            changes ? line.replaceFirst("\"body\": ?\"", "$0Of round " + round + ": ") : line);
      }
    }
    Path rows = Files.createDirectories(directory.resolve("rows"));
    Files.write(rows.resolve("rows.jsonl"), lines);
    Files.write(directory.resolve("rows.jsonl"), lines);
    place.upload(rows, "rows");
  }

  private String[] refresh() {
    List<String> words = new ArrayList<>(List.of("refresh", directory + "/job.yaml"));
    words.addAll(List.of("--set", "input.path=" + place.at("rows")));
    words.addAll(List.of("--set", "output.path=" + place.at("table")));
    words.addAll(place.words());
    return words.toArray(String[]::new);
  }

  private Map<String, String> current() throws IOException {
    String path = folder.run(snapshots("--path")).out().strip();
    String name = "table" + path.substring(path.indexOf("/snapshots/"));
    SortedMap<String, String> files = new TreeMap<>();
    for (String file : place.files(name).keySet()) {
      if (isOfTheTable(file)) {
        files.put(file, JobFolder.sha256(place.bytes(name + "/" + file)));
      }
    }
    return files;
  }

  private Map<String, String> fullRun(int round) throws IOException {
    String out = "full-" + round;
    JobFolder.Ended ended =
        folder.run("run", directory + "/job.yaml", "--set", "output.path=" + out);
    assertThat(ended.code()).as(ended.err()).isZero();
    SortedMap<String, String> files = new TreeMap<>();
    try (var found = Files.list(directory.resolve(out))) {
      for (Path file : (Iterable<Path>) found::iterator) {
        if (isOfTheTable(file.getFileName().toString())) {
          files.put(file.getFileName().toString(), JobFolder.sha256(Files.readAllBytes(file)));
        }
      }
    }
    assertThat(files).hasSize(4);
    return files;
  }

  private static boolean isOfTheTable(String file) {
    return file.matches("part-[^/]*|_manifest\\.json");
  }
}
