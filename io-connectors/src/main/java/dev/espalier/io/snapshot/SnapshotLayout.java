package dev.espalier.io.snapshot;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.table.TableLayout;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the snapshots of a table are.
 *
 * <pre>
 *   CURRENT                 the one line {@code snapshots/N}: the snapshot to read
 *   snapshots/N/            a table, see {@link TableLayout}
 *   snapshots/N/_espalier/snapshot.json      facts of it; without them it is not finished
 *   snapshots/N/_espalier/changes.parquet    what changed since the one before
 *   snapshots/N/_espalier/replaced           when another became current in its place
 *   _espalier/switch/       on object stores, who switched CURRENT: one file each time
 *   _espalier/steps/        results of steps of all snapshots
 * </pre>
 *
 * @param table the directory
 */
public record SnapshotLayout(String table) {
  private static final String DIRECTORY = "snapshots";
  private static final Pattern LINE = Pattern.compile(DIRECTORY + "/([1-9]\\d{0,8})\\h*\\R\\s*");

  /** The file that names the current snapshot. */
  public String current() {
    return Storage.child(table, "CURRENT");
  }

  String snapshots() {
    return Storage.child(table, DIRECTORY);
  }

  /** The directory of a snapshot. */
  public String snapshot(int number) {
    return Storage.child(table, name(number));
  }

  /** What {@link #current} says of a snapshot. */
  static String name(int number) {
    return DIRECTORY + "/" + number;
  }

  /**
   * The snapshot that a text of {@link #current} names; empty if it names none. A line without its
   * end may have lost digits.
   */
  static OptionalInt numberOf(String current) {
    Matcher line = LINE.matcher(current);
    return line.matches() ? OptionalInt.of(Integer.parseInt(line.group(1))) : OptionalInt.empty();
  }

  String facts(int number) {
    return Storage.child(snapshot(number), "_espalier/snapshot.json");
  }

  /** Of a snapshot that was current, when it was replaced: a time of ISO 8601. */
  String replaced(int number) {
    return Storage.child(snapshot(number), "_espalier/replaced");
  }

  /** The change file of a snapshot. */
  public String changes(int number) {
    return Storage.child(snapshot(number), "_espalier/changes.parquet");
  }

  String switches() {
    return Storage.child(table, "_espalier/switch");
  }

  String switched(long count) {
    return Storage.child(switches(), String.format(Locale.ROOT, "%010d", count));
  }

  /** The directory where a new CURRENT is written before it is renamed, by the owner of a lock. */
  String aside(long fence) {
    return Storage.child(table, "_espalier/tmp/lock-" + fence);
  }

  /** The directory of results of steps. */
  public String steps() {
    return Storage.child(table, "_espalier/steps");
  }
}
