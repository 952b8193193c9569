package dev.espalier.jobs.schedule;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What a command asks of the scheduler.
 *
 * @param kind trigger, pause or resume
 * @param at logical times of the runs to trigger
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Request(String id, Kind kind, String job, List<String> at, long time) {

  /** What is asked. */
  public enum Kind {
    TRIGGER,
    PAUSE,
    RESUME
  }

  public Request {
    at = at == null ? List.of() : List.copyOf(at);
  }
}
