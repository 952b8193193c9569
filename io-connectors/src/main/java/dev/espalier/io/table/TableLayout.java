package dev.espalier.io.table;

import dev.espalier.io.storage.Storage;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where the files of a table are.
 *
 * <pre>
 *   part-00000-of-00004.parquet …   the rows
 *   _manifest.json                  what belongs to the table; there only while it is complete
 *   _espalier/pending.json          the manifest of a commit under way
 *   _espalier/replaced.json         the manifest of the table that this commit replaces
 *   _espalier/tmp/FINGERPRINT/      shards being written
 *   _espalier/journal/FINGERPRINT/  finished rows
 * </pre>
 *
 * @param path the table's directory
 */
public record TableLayout(String path) {
  private static final Pattern FINGERPRINT = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /** The name of a shard's file. */
  static String shardName(int shard, int shards) {
    return String.format(Locale.ROOT, "part-%05d-of-%05d.parquet", shard, shards);
  }

  /** Whether {@code fingerprint} can name a directory. */
  static boolean isFingerprint(String fingerprint) {
    return FINGERPRINT.matcher(fingerprint).matches() && !fingerprint.startsWith(".");
  }

  String file(String name) {
    return Storage.child(path, name);
  }

  String manifest() {
    return file("_manifest.json");
  }

  String pending() {
    return file("_espalier/pending.json");
  }

  String replaced() {
    return file("_espalier/replaced.json");
  }

  String temporary() {
    return file("_espalier/tmp");
  }

  String temporary(String fingerprint) {
    return Storage.child(temporary(), fingerprint);
  }

  /** The directory of the job's journal. */
  public String journal(String fingerprint) {
    return file("_espalier/journal/" + fingerprint);
  }
}
