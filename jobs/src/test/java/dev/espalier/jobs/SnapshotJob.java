package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A job of six rows whose table has snapshots, for the tests of these. */
abstract class SnapshotJob {
  @TempDir Path directory;
  JobFolder folder;
  final Map<String, String> rows = new TreeMap<>();
  String job;

  @AfterAll
  static void close() {
    RefreshRounds.closeEngines();
  }

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(directory);
    folder.write("program.yaml", "steps: [{user: \"{{ row.body }}\"}, {gen: a, maxTokens: 2}]");
    job =
        folder
            .write(
                "job.yaml",
                """
                model: builtin:nano
                program: program.yaml
                input: {path: rows.jsonl, id: id}
                output: {path: out, shards: 2, include: [lang]}
                engine: {kvCacheBytes: 64MiB}
                runner: direct
                """)
            .toString();
    for (int i = 0; i < 6; i++) {
      put("r" + i, "Question " + i, "en");
    }
  }

  void put(String id, String body, String lang) throws IOException {
    rows.put(id, "{\"id\":\"%s\",\"body\":\"%s\",\"lang\":\"%s\"}".formatted(id, body, lang));
    folder.write("rows.jsonl", List.copyOf(rows.values()));
  }

  JobFolder.Ended refresh(int code, String... more) {
    List<String> words = new ArrayList<>(List.of("refresh", job));
    words.addAll(List.of(more));
    return run(code, words.toArray(String[]::new));
  }

  JobFolder.Ended run(int code, String... words) {
    JobFolder.Ended ended = RefreshRounds.keepingEngine(folder, words);
    assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(code);
    return ended;
  }

  JsonNode report() throws IOException {
    return new ObjectMapper().readTree(folder.read("out/_espalier/run.json")).get("refresh");
  }

  String current() throws IOException {
    return folder.read("out/CURRENT").strip();
  }

  String out() {
    return directory.resolve("out").toString();
  }

  static void delete(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
