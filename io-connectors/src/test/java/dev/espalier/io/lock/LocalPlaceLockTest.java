package dev.espalier.io.lock;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.ChildJvm;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /**
   * A listing under way while another process acquires may lack what was removed before it came
   * there and what was created after; the lock is held all the same.
   */
  @Test
  void aListingThatMissesEveryClaimMakesNoSecondOwner() throws Exception {
    PlaceLock.acquire(options(), directory()).close();
    Storage real = options().open(directory());
    List<PlaceLock> other = new ArrayList<>();
    Storage overtaken =
        overtaken(
            real,
            (name, arguments) -> {
              if (!name.equals("list") || !other.isEmpty()) {
                return null;
              }
              Set<String> before = names(real);
              other.add(PlaceLock.acquire(real, directory(), STILL));
              return real.list(directory()).stream()
                  .filter(file -> before.contains(file.name()))
                  .toList();
            });
    assertThatThrownBy(() -> PlaceLock.acquire(overtaken, directory(), STILL))
        .isInstanceOf(LockHeldException.class);
    PlaceLock.check(real, directory(), other.get(0).number());
    other.get(0).close();
    assertThat(names(real)).containsExactlyInAnyOrder("0000000002.claim", "0000000002.released");
  }

  /** As on HDFS, whose reader then finds blocks missing, not a file. */
  @Test
  void aClaimThatIsRemovedWhileItIsReadIsNoFailure() throws Exception {
    PlaceLock.acquire(options(), directory()).close();
    Storage real = options().open(directory());
    List<PlaceLock> other = new ArrayList<>();
    Storage overtaken =
        overtaken(
            real,
            (name, arguments) -> {
              if (name.equals("find") && arguments[0].toString().endsWith(".released")) {
                return Optional.empty(); // so that it reads who the owner is
              }
              if (name.equals("input") && other.isEmpty()) {
                other.add(PlaceLock.acquire(real, directory(), STILL));
                throw new IOException("blocks are missing");
              }
              return null;
            });
    assertThatThrownBy(() -> PlaceLock.acquire(overtaken, directory(), STILL))
        .isInstanceOf(LockHeldException.class);
    other.get(0).close();
  }

  private interface Meanwhile {
    /** What a call of the storage returns; null if it is passed on. */
    Object called(String name, Object[] arguments) throws Exception;
  }

  /** A storage in which something happens while it is called. */
  private static Storage overtaken(Storage real, Meanwhile meanwhile) {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> {
              Object result = meanwhile.called(method.getName(), arguments);
              try {
                return result == null ? method.invoke(real, arguments) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Set<String> names(Storage storage) throws IOException {
    return storage.list(directory()).stream().map(StoredFile::name).collect(toSet());
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
