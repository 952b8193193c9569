package dev.espalier.io.step;

import java.io.Serializable;
import java.util.List;

/**
 * A file that a run wrote for a bucket of a {@link StepCache}.
 *
 * @param newest when its newest result was computed, in milliseconds since 1970
 * @param replaced names of files whose results are in it
 */
public record StepsWritten(int bucket, String name, long bytes, long newest, List<String> replaced)
    implements Serializable {
  public StepsWritten {
    replaced = List.copyOf(replaced);
  }
}
