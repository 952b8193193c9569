package dev.espalier.io.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.ChildJvm;
import dev.espalier.io.storage.StorageOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPlaceLockTest extends PlaceLockContract {
  @TempDir Path temporary;

  @Override
  StorageOptions options() {
    return StorageOptions.defaults();
  }

  @Override
  String directory() {
    return temporary.resolve("place/lock").toString();
  }

  @Test
  void aKillReleasesIt() throws Exception {
    try (ChildJvm child = ChildJvm.start(Holder.class, directory())) {
      assertThat(child.readLine()).isEqualTo("held");
      assertThatThrownBy(() -> PlaceLock.acquire(options(), directory()))
          .isInstanceOf(LockHeldException.class);
      child.kill();
    }
    try (PlaceLock next = PlaceLock.acquire(options(), directory())) {
      assertThat(next.number()).isEqualTo(2);
    }
  }

  /** Holds the lock until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      var held = PlaceLock.acquire(StorageOptions.defaults(), arguments[0]);
      System.out.println(held.number() == 1 ? "held" : "not the first");
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
