package dev.espalier.io.table;

import dev.espalier.io.storage.Storage;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where the files of a table are.
 *
 * <pre>
 *   part-00000-of-00004.parquet …   the rows; of a table that replaced another,
 *                                   part-00000-of-00004-g1.parquet, -g2 and so on
 *   _manifest.json                  what belongs to the table; there only while it is complete
 *   _espalier/commit/WRITER.json    names of files that a commit under way puts here or removes
 *   _espalier/tmp/WRITER/           shards being written
 *   _espalier/lock/                 who may write here
 *   _espalier/input.json            the files of the input, as they were when they were read
 *   _espalier/journal/FINGERPRINT/  finished rows
 *   _espalier/parts.json            what the parts hold
 *   _espalier/rows-part-… .parquet  of each part, what was read of its rows
 * </pre>
 *
 * @param path the table's directory
 */
public record TableLayout(String path) {
  private static final Pattern FINGERPRINT = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /**
   * The name of a shard's file.
   *
   * @param generation how many tables this one replaced, one after the other
   */
  static String shardName(int shard, int shards, int generation) {
    String name = String.format(Locale.ROOT, "part-%05d-of-%05d", shard, shards);
    return name + (generation == 0 ? "" : "-g" + generation) + ".parquet";
  }

  /** Whether {@code fingerprint} can name a directory. */
  static boolean isFingerprint(String fingerprint) {
    return FINGERPRINT.matcher(fingerprint).matches() && !fingerprint.startsWith(".");
  }

  /** The {@link PartList} of the table. */
  String parts() {
    return file("_espalier/parts.json");
  }

  /** The {@link KeptRows} of a part. */
  String kept(String name) {
    return file("_espalier/rows-" + name);
  }

  /** The path of a file in the table's directory. */
  public String file(String name) {
    return Storage.child(path, name);
  }

  String manifest() {
    return file("_manifest.json");
  }

  /** The directory of all that is not the table itself. */
  String own() {
    return file("_espalier");
  }

  /** Records of commits under way. */
  String commits() {
    return file("_espalier/commit");
  }

  String commit(String writer) {
    return Storage.child(commits(), writer + ".json");
  }

  String temporary() {
    return file("_espalier/tmp");
  }

  String temporary(String writer) {
    return Storage.child(temporary(), writer);
  }

  /** The directory of the lock: see {@link dev.espalier.io.lock.PlaceLock}. */
  public String lock() {
    return file("_espalier/lock");
  }

  /** The {@link dev.espalier.io.read.InputList} of the table. */
  public String input() {
    return file("_espalier/input.json");
  }

  /** The report of the run that made the table. */
  public String report() {
    return file("_espalier/run.json");
  }

  /** The directory of all journals. */
  public String journals() {
    return file("_espalier/journal");
  }

  /** The directory of the job's journal. */
  public String journal(String fingerprint) {
    return Storage.child(journals(), fingerprint);
  }
}
