package dev.espalier.io.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowSumTest {
  @TempDir Path directory;

  private static List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      lines.add("{\"id\": \"r%d\", \"x\": \"text %d\", \"y\": [%d, null]}".formatted(i, i, i));
    }
    return lines;
  }

  private ReadOptions options(String name) {
    return Reading.options(directory.resolve(name)).withIdField("id");
  }

  private static RowSum sum(ReadOptions options) throws IOException {
    return ContentScan.of(SourceFiles.list(options).files(), options).values().stream()
        .reduce(RowSum.NONE, RowSum::plus);
  }

  @Test
  void theSumIsThatOfTheRowsInWhateverOrderPiecesFilesAndCompression() throws IOException {
    List<String> lines = lines();
    Files.createDirectories(directory.resolve("a"));
    Files.createDirectories(directory.resolve("b/c"));
    Files.write(directory.resolve("a/all.jsonl"), lines);
    Collections.shuffle(lines, new Random(3));
    Files.write(directory.resolve("b/c/part-1.jsonl"), lines.subList(0, 120));
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("b/part-2.jsonl.gz")))) {
      out.write(String.join("\n\n", lines.subList(120, 300)).getBytes(StandardCharsets.UTF_8));
    }
    RowSum expected = RowSum.NONE;
    for (var row : Reading.all(options("a"))) {
      expected = expected.plus(RowSum.of(row));
    }
    assertThat(expected.rows()).isEqualTo(300);
    assertThat(sum(options("b"))).isEqualTo(expected);
    for (long splitBytes : new long[] {1, 7, 1000, 1 << 20}) {
      assertThat(sum(options("a").withSplitBytes(splitBytes))).isEqualTo(expected);
    }
    assertThat(RowSum.of(expected.rows(), expected.digits())).isEqualTo(expected);
  }

  @Test
  void aRowThatChangesIsMissingOrIsThereTwiceChangesTheSum() throws IOException {
    List<String> lines = lines();
    Files.write(directory.resolve("a.jsonl"), lines);
    RowSum before = sum(options("a.jsonl"));
    List<List<String>> others = new ArrayList<>();
    others.add(lines.subList(1, 300));
    List<String> twice = new ArrayList<>(lines);
    twice.add(lines.get(7));
    others.add(twice);
    List<String> changed = new ArrayList<>(lines);
    changed.set(5, lines.get(5).replace("text 5", "text 6"));
    others.add(changed);
    List<String> swapped = new ArrayList<>(lines);
    swapped.set(5, lines.get(5).replace("text 5", "text 8"));
    swapped.set(8, lines.get(8).replace("text 8", "text 5"));
    others.add(swapped);
    for (List<String> other : others) {
      Files.write(directory.resolve("b.jsonl"), other);
      assertThat(sum(options("b.jsonl")).hash()).isNotEqualTo(before.hash());
    }
  }

  @Test
  void aPipelineTellsOfEachFileWhatAScanFinds() throws IOException {
    Files.write(directory.resolve("a.jsonl"), lines().subList(0, 200));
    Files.write(directory.resolve("b.jsonl"), lines().subList(200, 300));
    ReadOptions options = Reading.options(directory).withIdField("id").withSplitBytes(1000);
    Map<String, RowSum> expected = ContentScan.of(SourceFiles.list(options).files(), options);
    Pipeline pipeline = Pipeline.create();
    PCollection<FileRows> files = pipeline.apply(ReadInput.of(options)).get(ReadInput.FILES);
    PAssert.that(files)
        .satisfies(
            parts -> {
              assertThat(FileRows.byFile(parts)).isEqualTo(expected);
              return null;
            });
    pipeline.run().waitUntilFinish();
    assertThat(expected).containsOnlyKeys("a.jsonl", "b.jsonl");
  }

  @Test
  void aListKnowsFilesThatLookAsTheyDid() throws IOException {
    Path file = Files.write(directory.resolve("a.jsonl"), lines());
    Files.write(directory.resolve("b.jsonl"), lines());
    ReadOptions options = Reading.options(directory).withIdField("id");
    List<SourceFile> files = SourceFiles.list(options).files();
    Map<String, RowSum> sums = ContentScan.of(files, options);
    String path = directory.resolve("kept/input.json").toString();
    Storage storage = options.storage().open(path);
    assertThat(InputList.read(storage, path)).isEmpty();
    InputList.of(files, sums).orElseThrow().write(storage, path);
    InputList list = InputList.read(storage, path).orElseThrow();
    assertThat(list.known(files)).isEqualTo(sums);
    assertThat(Files.readString(Path.of(path))).doesNotContain(directory.toString());

    FileTime time = Files.getLastModifiedTime(file);
    Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 1000));
    assertThat(list.known(SourceFiles.list(options).files())).containsOnlyKeys("b.jsonl");
    Files.setLastModifiedTime(file, time);
    assertThat(list.known(SourceFiles.list(options).files())).isEqualTo(sums);
    Files.writeString(file, Files.readString(file) + "\n");
    Files.setLastModifiedTime(file, time);
    assertThat(list.known(SourceFiles.list(options).files())).containsOnlyKeys("b.jsonl");
    ReadOptions elsewhere = options("kept");
    Files.copy(directory.resolve("b.jsonl"), directory.resolve("kept/b.jsonl"));
    assertThat(list.known(SourceFiles.list(elsewhere).files())).isEmpty();

    for (String damaged : List.of("", "{", "{\"format\": 7, \"files\": []}", "[]")) {
      Files.writeString(Path.of(path), damaged);
      assertThat(InputList.read(storage, path)).isEmpty();
    }
    assertThat(InputList.of(files.subList(0, 1), sums)).isEmpty();
    assertThat(InputList.of(files, Map.of("a.jsonl", RowSum.NONE))).isEmpty();
  }
}
