package dev.espalier.jobs;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.scratch.PrivateDirectory;
import dev.espalier.io.IoReason;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Brings models that lie on other storage to this machine, once for all its processes. A model has
 * a directory of its own, named by where it lies and by its files' names, lengths and times, so
 * that one that was changed is fetched anew.
 *
 * <pre>
 *   KEY/                 the files of a model, whole
 *   KEY.fetching/        those that have come so far; who fetches it again takes them over
 *   KEY.use-UUID/        as long as a process uses the model, see {@link PrivateDirectory}
 * </pre>
 *
 * When the cache is larger than its bound, the models whose last use is longest ago go, and what
 * killed processes left of others, none that is in use. A cache that cannot be written serves the
 * models that are whole in it. Thread-safe.
 */
final class ModelCache {
  private static final Pattern ELSEWHERE = Pattern.compile("(?!file:)[a-zA-Z][a-zA-Z0-9+.-]+:/.*");
  private static final Pattern NEEDED = Pattern.compile(".*\\.(jinja|json|safetensors|model|txt)");
  private static final Pattern KEPT = Pattern.compile("[0-9a-f]{32}(\\.fetching)?");
  private static final String FETCHING = ".fetching";
  private static final String USE = ".use-";
  private static final int COPY_BYTES = 1 << 20;
  private static final long POLL_MILLIS = 200;

  /** Since they were last taken. */
  private static final AtomicLong FETCH_MILLIS = new AtomicLong();

  private final Path directory;
  private final long mostBytes;
  private final StorageOptions storage;

  /**
   * @param directory of the cache, made if it is not there
   * @param mostBytes of all models that are not in use
   */
  ModelCache(Path directory, long mostBytes) {
    this(directory, mostBytes, StorageOptions.defaults());
  }

  /**
   * @param storage how models that are elsewhere are reached
   */
  private ModelCache(Path directory, long mostBytes, StorageOptions storage) {
    this.directory = directory.toAbsolutePath();
    this.mostBytes = mostBytes;
    this.storage = storage;
  }

  /**
   * The cache of this user: in the directory that ESPALIER_CACHE names, of as many bytes as
   * ESPALIER_CACHE_BYTES says.
   */
  static ModelCache ofUser(StorageOptions storage) {
    String most = System.getenv("ESPALIER_CACHE_BYTES");
    long bytes = 200L << 30;
    if (most != null && !most.isBlank()) {
      try {
        bytes = Long.parseLong(most.strip());
      } catch (NumberFormatException e) {
        throw invalid("ESPALIER_CACHE_BYTES is " + most + "; write a number of bytes", e);
      }
    }
    return new ModelCache(UserCache.directory().resolve("models"), bytes, storage);
  }

  /** Milliseconds that this process has spent on fetching since it was last asked. */
  static long takeFetchMillis() {
    return FETCH_MILLIS.getAndSet(0);
  }

  /**
   * A model on this machine: where it is, if that is here, else in the cache.
   *
   * @throws EngineException CHECKPOINT_INVALID if it is not there or cannot be read
   */
  ModelDirectory resolve(String model) {
    if (model.startsWith("file:")) {
      return ModelDirectory.resolve(StorageOptions.localPath(model).toString());
    }
    return ELSEWHERE.matcher(model).matches()
        ? ModelDirectory.resolve(fetch(model).toString())
        : ModelDirectory.resolve(model);
  }

  @SuppressWarnings("try") // the use lasts as long as the fetching
  private Path fetch(String model) {
    try (StorageUse use = StorageUse.begin()) {
      Storage place = storage.open(model);
      List<StoredFile> files = files(place, model);
      String key = key(place, model.replaceAll("(?<=[^/])/+$", ""), files);
      Path whole = directory.resolve(key);
      if (Files.isDirectory(whole) && !Files.isWritable(directory)) {
        return whole;
      }
      Files.createDirectories(directory);
      // Before it is looked for: nobody removes it from here on.
      use(key);
      while (!Files.isDirectory(whole)) {
        Optional<PrivateDirectory> mine = PrivateDirectory.take(directory.resolve(key + FETCHING));
        if (mine.isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(POLL_MILLIS); // another process fetches it
          continue;
        }
        try (PrivateDirectory fetching = mine.get()) {
          if (!Files.isDirectory(whole)) {
            long start = System.nanoTime();
            try {
              copy(place, files, fetching.path());
            } catch (IOException | RuntimeException e) {
              fetching.leave();
              throw e;
            }
            Files.move(fetching.path(), whole);
            FETCH_MILLIS.addAndGet(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
          }
        }
      }
      Files.setLastModifiedTime(whole, FileTime.from(Instant.now()));
      evict();
      return whole;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw invalid("Fetching the model " + model + " was interrupted", e);
    } catch (IOException e) {
      throw invalid(
          "Model "
              + PlainUrls.in(model)
              + " cannot be brought to "
              + directory
              + ": "
              + IoReason.of(e)
              + "; check the path, its file system, and the room in ESPALIER_CACHE",
          e);
    }
  }

  private static EngineException invalid(String message, Exception cause) {
    return new EngineException(ErrorCode.CHECKPOINT_INVALID, message, cause);
  }

  private static List<StoredFile> files(Storage storage, String model) throws IOException {
    List<StoredFile> files =
        storage.list(model).stream()
            .filter(file -> !file.directory() && NEEDED.matcher(file.name()).matches())
            .toList();
    if (files.isEmpty()) {
      throw new IOException("it holds no files of a model");
    }
    return files;
  }

  private static String key(Storage storage, String model, List<StoredFile> files)
      throws IOException {
    List<String> parts = new ArrayList<>(List.of("model", model));
    for (StoredFile file : files) {
      parts.add(file.name());
      parts.add(Long.toString(file.length()));
      parts.add(Long.toString(storage.modifiedMillis(file.path()).orElse(0)));
    }
    return Fingerprint.of(parts.toArray(String[]::new));
  }

  /** Until nothing in this process needs its storage any more. */
  private void use(String key) throws IOException {
    PrivateDirectory use =
        PrivateDirectory.take(directory.resolve(key + USE + UUID.randomUUID()))
            .orElseThrow(() -> new IOException("its directory cannot be locked"));
    StorageUse.closeAtEnd(use);
  }

  /** Files that an earlier attempt has brought whole are kept. */
  private static void copy(Storage storage, List<StoredFile> files, Path to) throws IOException {
    for (StoredFile file : files) {
      Path target = to.resolve(file.name());
      if (Files.exists(target)) {
        continue;
      }
      Path part = to.resolve(file.name() + ".part");
      try (InputStream in = storage.input(file.path()).newStream();
          var out = Files.newOutputStream(part)) {
        byte[] buffer = new byte[COPY_BYTES];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.write(buffer, 0, read);
        }
      }
      if (Files.size(part) != file.length()) {
        throw new IOException(file.name() + " changed while it was read");
      }
      Files.move(part, target);
    }
  }

  private record Kept(Path path, long bytes, FileTime lastUse) {}

  private void evict() throws IOException {
    List<Kept> models = new ArrayList<>();
    long total = 0;
    try (Stream<Path> found = Files.list(directory)) {
      for (Path path : (Iterable<Path>) found::iterator) {
        if (KEPT.matcher(path.getFileName().toString()).matches()) {
          try {
            Kept kept = new Kept(path, bytes(path), Files.getLastModifiedTime(path));
            models.add(kept);
            total += kept.bytes;
          } catch (NoSuchFileException e) {
            // Another process has made it whole, or removed it.
          }
        }
      }
    }
    models.sort(Comparator.comparing(Kept::lastUse));
    for (Kept model : models) {
      if (total > mostBytes && removed(model.path)) {
        total -= model.bytes;
      }
    }
  }

  /** Whether nobody needed it; of a model that is being fetched its process does. */
  private boolean removed(Path model) throws IOException {
    String name = model.getFileName().toString();
    if (name.endsWith(FETCHING)) {
      PrivateDirectory.deleteAbandoned(directory, name);
      return !Files.exists(model);
    }
    boolean needed = isUsed(name);
    if (!needed) {
      delete(model);
    }
    return !needed;
  }

  private boolean isUsed(String key) throws IOException {
    PrivateDirectory.deleteAbandoned(directory, key + USE);
    try (Stream<Path> found = Files.list(directory)) {
      return found.anyMatch(path -> path.getFileName().toString().startsWith(key + USE));
    }
  }

  private static long bytes(Path model) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  /** Renamed first: whoever looks for it finds it whole or not. */
  private void delete(Path model) throws IOException {
    Path gone = directory.resolve("gone-" + UUID.randomUUID());
    Files.move(model, gone);
    try (Stream<Path> files = Files.list(gone)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(file);
        }
      }
    }
    Files.delete(gone);
  }
}
