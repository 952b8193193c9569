package dev.espalier.io.table;

import dev.espalier.io.lock.LockBeat;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;

/** Where and how a table is written. Immutable; a {@code with} method returns a changed copy. */
public final class WriteOptions implements Serializable {
  private static final int MAX_SHARDS = 100_000;
  private static final long DEFAULT_SORT_MEMORY_BYTES = 64L << 20;

  private final String path;
  private final String fingerprint;
  private final int shards;
  private final boolean overwrite;
  private final long sortMemoryBytes;
  private final StorageOptions storage;
  private final long fence; // 0: no lock is held
  private final String former; // null: none
  private final String requiredInput; // null: any

  private WriteOptions(
      String path,
      String fingerprint,
      int shards,
      boolean overwrite,
      long sortMemoryBytes,
      StorageOptions storage,
      long fence,
      String former,
      String requiredInput) {
    this.path = path;
    this.fingerprint = fingerprint;
    this.shards = shards;
    this.overwrite = overwrite;
    this.sortMemoryBytes = sortMemoryBytes;
    this.storage = storage;
    this.fence = fence;
    this.former = former;
    this.requiredInput = requiredInput;
  }

  /**
   * @param path the table's directory, made if it is not there
   * @param fingerprint tells this job's table from another's: a hash of all that decides its bytes;
   *     letters, digits, {@code . _ -}
   * @param shards number of files
   */
  public static WriteOptions of(String path, String fingerprint, int shards) {
    Objects.requireNonNull(path, "path");
    if (!TableLayout.isFingerprint(fingerprint)) {
      throw new IllegalArgumentException("not a fingerprint: " + fingerprint);
    }
    if (shards < 1 || shards > MAX_SHARDS) {
      throw new IllegalArgumentException(
          "shards must be from 1 to " + MAX_SHARDS + ", not " + shards);
    }
    return new WriteOptions(
        path,
        fingerprint,
        shards,
        false,
        DEFAULT_SORT_MEMORY_BYTES,
        StorageOptions.defaults(),
        0,
        null,
        null);
  }

  /** Whether the table of another job may be replaced. Default: false. */
  public WriteOptions withOverwrite(boolean overwrite) {
    return new WriteOptions(
        path,
        fingerprint,
        shards,
        overwrite,
        sortMemoryBytes,
        storage,
        fence,
        former,
        requiredInput);
  }

  /** Memory for sorting one shard; what does not fit goes through a local file. */
  public WriteOptions withSortMemoryBytes(long sortMemoryBytes) {
    return new WriteOptions(
        path,
        fingerprint,
        shards,
        overwrite,
        sortMemoryBytes,
        storage,
        fence,
        former,
        requiredInput);
  }

  public WriteOptions withStorage(StorageOptions storage) {
    return new WriteOptions(
        path,
        fingerprint,
        shards,
        overwrite,
        sortMemoryBytes,
        storage,
        fence,
        former,
        requiredInput);
  }

  /**
   * Writes as the owner of the place's lock: nothing takes effect once another has taken over.
   *
   * @param number of the {@link dev.espalier.io.lock.PlaceLock} of {@link TableLayout#lock()}
   */
  public WriteOptions withFence(long number) {
    return new WriteOptions(
        path,
        fingerprint,
        shards,
        overwrite,
        sortMemoryBytes,
        storage,
        number,
        former,
        requiredInput);
  }

  /** Takes the table of this fingerprint for one of this job too: it had it before. */
  public WriteOptions withFormerFingerprint(String fingerprint) {
    return new WriteOptions(
        path,
        this.fingerprint,
        shards,
        overwrite,
        sortMemoryBytes,
        storage,
        fence,
        fingerprint,
        requiredInput);
  }

  /** Commits only if the rows that were read are those of this hash. */
  public WriteOptions requiringInput(String hash) {
    return new WriteOptions(
        path, fingerprint, shards, overwrite, sortMemoryBytes, storage, fence, former, hash);
  }

  public String path() {
    return path;
  }

  public String fingerprint() {
    return fingerprint;
  }

  public int shards() {
    return shards;
  }

  public boolean overwrite() {
    return overwrite;
  }

  public long sortMemoryBytes() {
    return sortMemoryBytes;
  }

  public StorageOptions storage() {
    return storage;
  }

  /** Whether a table of this fingerprint is the job's own. */
  boolean owns(String other) {
    return other.equals(fingerprint) || other.equals(former);
  }

  Optional<String> requiredInput() {
    return Optional.ofNullable(requiredInput);
  }

  /** Number of the lock that is held; 0 if none is. */
  public long fence() {
    return fence;
  }

  /** Gives signs of life for the lock that is held, if one is, until it is closed. */
  public LockBeat keepLock() throws IOException {
    return fence == 0
        ? LockBeat.none()
        : LockBeat.keep(storage, new TableLayout(path).lock(), fence);
  }

  /** Names what this writer keeps aside: apart from that of every other owner of the lock. */
  String writer() {
    return fence == 0 ? fingerprint : "lock-" + fence;
  }
}
