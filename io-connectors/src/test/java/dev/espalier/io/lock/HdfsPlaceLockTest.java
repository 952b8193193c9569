package dev.espalier.io.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.MiniHdfs;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HdfsPlaceLockTest extends PlaceLockContract {
  @TempDir static Path disk;
  private static MiniHdfs hdfs;

  private final String directory = hdfs.path("/tables/" + UUID.randomUUID() + "/lock");

  @BeforeAll
  static void start() throws Exception {
    hdfs = MiniHdfs.start(disk);
  }

  @AfterAll
  static void stop() {
    hdfs.close();
  }

  @Override
  StorageOptions options() {
    return hdfs.options();
  }

  @Override
  String directory() {
    return directory;
  }

  /** Whoever is killed while it claims would else leave a claim that names nobody. */
  @Test
  void aClaimIsThereWithItsContentOrNotAtAll() throws Exception {
    Storage storage = options().open(directory());
    byte[] content = "one of many".getBytes(UTF_8);
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try {
      for (int round = 0; round < 20; round++) {
        String path = Storage.child(directory(), "claim-" + round);
        Future<Set<String>> seen = threads.submit(() -> contents(storage, path));
        List<Future<Boolean>> created = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          created.add(threads.submit(() -> storage.createIfAbsent(path, content)));
        }
        int winners = 0;
        for (Future<Boolean> each : created) {
          winners += each.get() ? 1 : 0;
        }
        assertThat(winners).isOne();
        assertThat(seen.get()).containsExactly("one of many");
      }
      assertThat(storage.list(directory())).as("nothing is left aside").hasSize(20);
    } finally {
      threads.shutdownNow();
    }
  }

  /** What a file held at each moment from when it was there. */
  private static Set<String> contents(Storage storage, String path) throws IOException {
    Set<String> seen = new HashSet<>();
    for (int reads = 0; reads < 5; ) {
      if (storage.find(path).isPresent()) {
        try (InputStream in = storage.input(path).newStream()) {
          seen.add(new String(in.readAllBytes(), UTF_8));
        }
        reads++;
      }
    }
    return seen;
  }
}
