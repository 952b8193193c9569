package dev.espalier.io.snapshot;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Facts of a snapshot.
 *
 * @param number of its directory
 * @param parent number of the snapshot it was made from; 0 if there was none
 * @param made when, as ISO 8601
 * @param by {@code run}, {@code refresh} or {@code takeover}
 * @param rows of the table
 * @param failed rows of them that are errors
 * @param added rows that the parent has not
 * @param changed rows that the parent has with other content
 * @param deleted rows of the parent that are gone
 * @param failedChecks what speaks against it; with any it was never current, unless it was restored
 * @param undecided whether it may yet become current; who finds it so, and is the owner of the
 *     table, finds one that was cut off
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Snapshot(
    int number,
    int parent,
    String made,
    String by,
    long rows,
    long failed,
    long added,
    long changed,
    long deleted,
    List<String> failedChecks,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean undecided)
    implements Serializable {
  public Snapshot {
    Objects.requireNonNull(made, "made");
    Objects.requireNonNull(by, "by");
    failedChecks = List.copyOf(failedChecks);
  }

  /** The same snapshot, of which something speaks against. */
  public Snapshot rejected(List<String> checks) {
    return decided(checks);
  }

  /** The same snapshot, which has become current. */
  Snapshot accepted() {
    return decided(failedChecks);
  }

  boolean wasCurrent() {
    return !undecided && failedChecks.isEmpty();
  }

  private Snapshot decided(List<String> checks) {
    return new Snapshot(
        number, parent, made, by, rows, failed, added, changed, deleted, checks, false);
  }

  Instant time() {
    return Instant.parse(made);
  }
}
