package dev.espalier.io.table;

import dev.espalier.io.lock.LockBeat;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Where and how a table is written. Immutable; a {@code with} method returns a changed copy. */
public final class WriteOptions implements Serializable {
  /** As many files as keep each near 64 MB. */
  public static final int AUTO_SHARDS = 0;

  private static final int MAX_SHARDS = 100_000;
  private static final long DEFAULT_SORT_MEMORY_BYTES = 64L << 20;

  private final String path;
  private final String fingerprint;
  private final int shards;
  private final boolean overwrite;
  private final long sortMemoryBytes;
  private final StorageOptions storage;
  private final long fence; // 0: no lock is held
  private final String alias; // null: none
  private final String requiredInput; // null: any
  private final String home; // null: the path
  private final String former; // null: none
  private final String identity;

  private WriteOptions(Changed to) {
    this.path = Objects.requireNonNull(to.path, "path");
    this.fingerprint = to.fingerprint;
    this.shards = to.shards;
    this.overwrite = to.overwrite;
    this.sortMemoryBytes = to.sortMemoryBytes;
    this.storage = to.storage;
    this.fence = to.fence;
    this.alias = to.alias;
    this.requiredInput = to.requiredInput;
    this.home = to.home;
    this.former = to.former;
    this.identity = to.identity;
  }

  /** A copy while it is changed. */
  private static final class Changed {
    private String path;
    private String fingerprint;
    private int shards;
    private boolean overwrite;
    private long sortMemoryBytes = DEFAULT_SORT_MEMORY_BYTES;
    private StorageOptions storage = StorageOptions.defaults();
    private long fence;
    private String alias;
    private String requiredInput;
    private String home;
    private String former;
    private String identity = "";
  }

  private WriteOptions with(Consumer<Changed> change) {
    Changed to = new Changed();
    to.path = path;
    to.fingerprint = fingerprint;
    to.shards = shards;
    to.overwrite = overwrite;
    to.sortMemoryBytes = sortMemoryBytes;
    to.storage = storage;
    to.fence = fence;
    to.alias = alias;
    to.requiredInput = requiredInput;
    to.home = home;
    to.former = former;
    to.identity = identity;
    change.accept(to);
    return new WriteOptions(to);
  }

  /**
   * @param path the table's directory, made if it is not there
   * @param fingerprint tells this job's table from another's: a hash of all that decides its bytes;
   *     letters, digits, {@code . _ -}
   * @param shards number of files; {@link #AUTO_SHARDS} for as many as the rows fill
   */
  public static WriteOptions of(String path, String fingerprint, int shards) {
    if (!TableLayout.isFingerprint(fingerprint)) {
      throw new IllegalArgumentException("not a fingerprint: " + fingerprint);
    }
    if (shards != AUTO_SHARDS && (shards < 1 || shards > MAX_SHARDS)) {
      throw new IllegalArgumentException(
          "shards must be from 1 to " + MAX_SHARDS + ", not " + shards);
    }
    Changed to = new Changed();
    to.path = path;
    to.fingerprint = fingerprint;
    to.shards = shards;
    return new WriteOptions(to);
  }

  /** Whether the table of another job may be replaced. Default: false. */
  public WriteOptions withOverwrite(boolean value) {
    return with(to -> to.overwrite = value);
  }

  /** Memory for sorting one shard; what does not fit goes through a local file. */
  public WriteOptions withSortMemoryBytes(long value) {
    return with(to -> to.sortMemoryBytes = value);
  }

  /** How the file system of the path is reached. */
  public WriteOptions withStorage(StorageOptions value) {
    return with(to -> to.storage = value);
  }

  /**
   * The number of the lock that is held, see {@link dev.espalier.io.lock.PlaceLock}: with a higher
   * one taken since, nothing is committed.
   */
  public WriteOptions withFence(long number) {
    return with(to -> to.fence = number);
  }

  /** Takes the table of this fingerprint for one of this job too: it had it before. */
  public WriteOptions withFormerFingerprint(String value) {
    return with(to -> to.alias = value);
  }

  /** Commits only if the rows that were read are those of this hash. */
  public WriteOptions requiringInput(String hash) {
    return with(to -> to.requiredInput = hash);
  }

  /**
   * Writes into a directory of its own below the place, of which the lock stays that of the owner.
   *
   * @param directory of the table
   * @param before directory of the table whose parts may be taken over; empty if there is none
   */
  public WriteOptions in(String directory, Optional<String> before) {
    return with(
        to -> {
          to.home = home();
          to.path = directory;
          to.former = before.orElse(null);
        });
  }

  /**
   * Tells what computes the rows: of two tables of one identity, a row of which the same was read
   * has the same outcome.
   */
  public WriteOptions withIdentity(String value) {
    return with(to -> to.identity = value);
  }

  String identity() {
    return identity;
  }

  /** What computed the rows of a table; empty if nobody knows. */
  public static String identityOf(String table, StorageOptions storage) throws IOException {
    return PartList.read(storage.open(table), new TableLayout(table)).identity();
  }

  /** The place that is owned: the table's directory, or one above it. */
  public String home() {
    return home == null ? path : home;
  }

  /** The table whose parts may be taken over. */
  Optional<String> former() {
    return Optional.ofNullable(former);
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
    return other.equals(fingerprint) || other.equals(alias);
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
    return fence == 0 ? LockBeat.none() : LockBeat.keep(storage, lock(), fence);
  }

  /** The directory of the place's lock. */
  public String lock() {
    return new TableLayout(home()).lock();
  }

  /** Names what this writer keeps aside: apart from that of every other owner of the lock. */
  String writer() {
    return fence == 0 ? fingerprint : "lock-" + fence;
  }
}
