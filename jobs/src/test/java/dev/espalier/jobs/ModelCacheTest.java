package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.open.FileHashes;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.io.storage.StorageUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of other storage come to a machine once, whole, and within bounds. */
class ModelCacheTest {
  private static final long PLENTY = 1L << 40;

  @TempDir Path directory;
  private Path cache;

  @BeforeEach
  void forgetWhatWasOpened() {
    cache = directory.resolve("cache");
    FarFileSystem.OPENED.clear();
  }

  @Test
  void manyWhoNeedAModelAtOnceFetchItOnce() throws Exception {
    Path origin = model("far");
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Path> places = new ArrayList<>();
    try {
      Callable<Path> resolving =
          () -> new ModelCache(cache, PLENTY).resolve("far://" + origin).path();
      for (Future<Path> place : pool.invokeAll(List.of(resolving, resolving, resolving))) {
        places.add(place.get());
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(places).allMatch(places.get(0)::equals);
    assertThat(FarFileSystem.OPENED).doesNotHaveDuplicates().hasSize(names(origin).size());
    assertThat(hash(places.get(0))).isEqualTo(hash(origin));
    assertThat(ModelCache.takeFetchMillis()).isNotNegative();
    assertThat(names(cache)).as("no locks and no parts").hasSize(1);
  }

  @Test
  void whatAKilledProcessBroughtWholeIsKeptAndTheRestFetched() throws Exception {
    Path origin = model("far");
    Path whole = new ModelCache(cache, PLENTY).resolve("far://" + origin).path();
    String hash = hash(whole);
    Files.move(whole, whole.resolveSibling(whole.getFileName() + ".fetching"));
    Path fetching = whole.resolveSibling(whole.getFileName() + ".fetching");
    Files.move(fetching.resolve("model.safetensors"), fetching.resolve("model.safetensors.part"));
    FarFileSystem.OPENED.clear();
    Path again = new ModelCache(cache, PLENTY).resolve("far://" + origin).path();
    assertThat(FarFileSystem.OPENED)
        .containsExactly(origin.resolve("model.safetensors").toString());
    assertThat(hash(again)).isEqualTo(hash);
    assertThat(names(again)).isEqualTo(names(origin));
  }

  @Test
  void whatCameBeforeAFetchFailedIsNotFetchedAgain() throws Exception {
    Path origin = model("far");
    ModelCache models = new ModelCache(cache, PLENTY);
    FarFileSystem.broken = "model.safetensors";
    try {
      assertThatThrownBy(() -> models.resolve("far://" + origin))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("the line went down");
    } finally {
      FarFileSystem.broken = "";
    }
    assertThat(FarFileSystem.OPENED).contains(origin.resolve("config.json").toString());
    FarFileSystem.OPENED.clear();
    Path whole = models.resolve("far://" + origin).path();
    assertThat(FarFileSystem.OPENED)
        .contains(origin.resolve("model.safetensors").toString())
        .doesNotContain(origin.resolve("config.json").toString());
    assertThat(names(whole)).isEqualTo(names(origin));
    assertThat(names(cache)).noneMatch(name -> name.contains(".fetching"));
  }

  @Test
  void aSlashAtTheEndOfItsPathMakesNoOtherModel() throws Exception {
    Path origin = model("far");
    ModelCache models = new ModelCache(cache, PLENTY);
    Path whole = models.resolve("far://" + origin).path();
    FarFileSystem.OPENED.clear();
    assertThat(models.resolve("far://" + origin + "/").path()).isEqualTo(whole);
    assertThat(FarFileSystem.OPENED).isEmpty();
  }

  @Test
  void aModelThatWasChangedIsAnother() throws Exception {
    Path origin = model("far");
    Path before = new ModelCache(cache, PLENTY).resolve("far://" + origin).path();
    Files.writeString(origin.resolve("config.json"), "{\"changed\": true}");
    assertThat(new ModelCache(cache, PLENTY).resolve("far://" + origin).path())
        .isNotEqualTo(before);
  }

  @Test
  @SuppressWarnings("try") // the use is what is tested
  void theOldestGoWhenThereAreTooManyButNoneInUse() throws Exception {
    ModelCache none = new ModelCache(cache, 0);
    Path used;
    try (StorageUse use = StorageUse.begin()) {
      used = none.resolve("far://" + model("first")).path();
      Path second = none.resolve("far://" + model("second")).path();
      assertThat(used).isDirectory();
      assertThat(second).isDirectory();
    }
    Path third = none.resolve("far://" + model("third")).path();
    assertThat(names(cache)).containsExactly(third.getFileName().toString());
  }

  /** Nobody asks for it again if the model was changed, or is not used any more. */
  @Test
  void whatAKilledProcessLeftOfAnotherModelGoesToo() throws Exception {
    String left = "0123456789abcdef0123456789abcdef.fetching";
    Files.createDirectories(cache.resolve(left));
    Files.write(cache.resolve(left).resolve("model.safetensors.part"), new byte[1 << 20]);
    Files.createFile(cache.resolve(left + ".lock"));
    new ModelCache(cache, PLENTY).resolve("far://" + model("far"));
    assertThat(names(cache)).as("it may still be asked for").contains(left);
    Path other = new ModelCache(cache, 0).resolve("far://" + model("other")).path();
    assertThat(names(cache)).containsExactly(other.getFileName().toString());
  }

  @Test
  void aModelOfThisMachineMayHaveAnyName() throws IOException {
    Path origin = model("100% a model #1");
    ModelCache models = new ModelCache(cache, PLENTY);
    for (String spelled : List.of("" + origin, "file:" + origin, "file://" + origin)) {
      assertThat(models.resolve(spelled).path()).isEqualTo(origin);
    }
    assertThat(models.resolve(origin.toUri().toString()).path()).isEqualTo(origin);
    assertThat(cache).doesNotExist();
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    Files.createDirectories(directory.resolve("empty"));
    ModelCache models = new ModelCache(cache, PLENTY);
    assertThatThrownBy(() -> models.resolve("far://" + directory.resolve("empty")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("holds no files of a model");
    assertThatThrownBy(() -> models.resolve("nowhere://host/model"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("nowhere");
  }

  private Path model(String name) throws IOException {
    Path origin = Files.createDirectory(directory.resolve(name));
    Files.writeString(origin.resolve("config.json"), "{}");
    Files.writeString(origin.resolve("tokenizer.json"), "{\"name\": \"" + name + "\"}");
    Files.write(origin.resolve("model.safetensors"), new byte[3 << 20]);
    return origin;
  }

  private String hash(Path model) {
    FileHashes hashes = FileHashes.keptIn(directory.resolve("hashes"));
    return ModelDirectory.resolve(model.toString()).hashed(hashes).hash();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
