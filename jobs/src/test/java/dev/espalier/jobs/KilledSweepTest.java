package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep that is killed ends, when it is called again, with the bytes of one that was not. */
class KilledSweepTest {
  private static final int MOMENTS = 10;

  @TempDir Path directory;

  private JobFolder folder;

  @BeforeEach
  void write() throws IOException {
    folder = new JobFolder(directory);
    Files.createDirectory(directory.resolve("tasks"));
    folder.write(
        "tasks/words.yaml",
        """
        task: words
        dataset_path: test/words
        test_split: test
        fewshot_split: test
        output_type: multiple_choice
        doc_to_text: "The {{thing}} is"
        doc_to_choice: [red, green, blue]
        doc_to_target: colour
        metric_list: [{metric: acc}]
        """);
    folder.write(
        "tasks/texts.yaml",
        """
        task: texts
        dataset_path: test/words
        test_split: test
        output_type: generate_until
        doc_to_text: "Tell me of the {{thing}}. It"
        doc_to_target: colour
        generation_kwargs: {until: ["."], max_gen_toks: 40, do_sample: true, temperature: 0.8}
        metric_list: [{metric: exact_match}]
        """);
    List<String> things = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      things.add("{\"thing\": \"thing " + i + "\", \"colour\": \"red\"}");
    }
    folder.write("words.jsonl", things);
    folder.write(
        "sweep.yaml",
        """
        models: {nano: builtin:nano}
        output: out
        taskDirectories: tasks
        data: {test/words: words.jsonl}
        tasks: [words, texts]
        axes:
          fewshot: [0, 2]
          seed: [1, 2]
        """);
  }

  @Test
  void aSweepThatIsKilledWhileRowsRunEndsWithTheSameBytes() throws Exception {
    Map<String, String> whole = whole();

    try (ChildCommand child = start()) {
      awaitFile(child, "_espalier/answers");
      awaitJournal(child);
      child.kill();
    }

    assertThat(finish()).isEqualTo(whole);
  }

  @Test
  @Tag("long")
  void atWhateverMomentASweepIsKilledItEndsWithTheSameBytes() throws Exception {
    long begin = System.nanoTime();
    Map<String, String> whole = whole();
    long took = System.nanoTime() - begin;
    for (int moment = 1; moment <= MOMENTS; moment++) {
      delete();
      try (ChildCommand child = start()) {
        TimeUnit.NANOSECONDS.sleep(took * moment / (MOMENTS + 1));
        child.kill();
      }
      assertThat(finish()).as("killed at moment " + moment).isEqualTo(whole);
    }
  }

  private ChildCommand start() throws IOException {
    return ChildCommand.start(
        directory, Espalier.class, "eval", directory.resolve("sweep.yaml").toString());
  }

  private Map<String, String> whole() throws IOException {
    Map<String, String> whole = finish();
    delete();
    return whole;
  }

  private Map<String, String> finish() throws IOException {
    JobFolder.Ended ended =
        folder.run("eval", directory.resolve("sweep.yaml").toString(), "--wait");
    assertThat(ended.code()).as(ended.err()).isEqualTo(Espalier.DONE);
    return results(directory.resolve("out"));
  }

  private void delete() throws IOException {
    StorageOptions.defaults().open("").delete(directory.resolve("out").toString());
  }

  private void awaitFile(ChildCommand child, String name) throws Exception {
    while (!Files.exists(directory.resolve("out").resolve(name))) {
      assertThat(child.isAlive()).as("the sweep runs until there is " + name).isTrue();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Until some rows have ended. */
  private void awaitJournal(ChildCommand child) throws Exception {
    while (journalBytes() == 0) {
      assertThat(child.isAlive()).as("the sweep runs until rows have ended").isTrue();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private long journalBytes() throws IOException {
    try (Stream<Path> found = Files.walk(directory.resolve("out/_espalier/answers"))) {
      long bytes = 0;
      for (Path file : (Iterable<Path>) found::iterator) {
        bytes +=
            file.toString().contains("journal") && Files.isRegularFile(file) ? Files.size(file) : 0;
      }
      return bytes;
    } catch (java.io.UncheckedIOException e) {
      return 0; // a file has gone meanwhile
    }
  }

  /** The hash of each file that is a result. */
  static Map<String, String> results(Path place) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(place)) {
      for (Path file : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
        String name = place.relativize(file).toString();
        if (!name.startsWith("_espalier")) {
          files.put(name, Fingerprint.of(Files.readString(file, StandardCharsets.ISO_8859_1)));
        }
      }
    }
    return files;
  }
}
