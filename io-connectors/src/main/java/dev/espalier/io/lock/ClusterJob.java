package dev.espalier.io.lock;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;
import java.util.Objects;

/**
 * A job on a cluster that holds a lock: it lives on when the process that submitted it ends.
 *
 * @param id by which the cluster knows it
 * @param name for people
 * @param cluster where it can be asked for
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({"id", "name", "cluster"})
public record ClusterJob(String id, String name, String cluster) implements Serializable {

  /** What is known of a job. */
  public enum State {
    /** It has not ended, or nobody answers. */
    PRESENT,
    /** The cluster does not know it: it was lost, or is only about to be submitted. */
    UNKNOWN,
    ENDED
  }

  public ClusterJob {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(cluster, "cluster");
  }

  @Override
  public String toString() {
    return "Flink job %s (%s) on %s".formatted(id, name, cluster);
  }
}
