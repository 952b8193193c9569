package dev.espalier.jobs.schedule.hook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.jobs.schedule.file.Hook;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a hook is told of a run that has ended. */
record HookMessage(String schedule, Hook hook, Hook.Event event, RunRecord run) {
  private static final ObjectMapper JSON = new ObjectMapper();

  private String word() {
    return event.name().toLowerCase(Locale.ROOT);
  }

  /** The same each time that it is told, so that one who is told twice can know it. */
  String delivery() {
    return run.id() + "/" + hook.name();
  }

  /** The body of a request, and the standard input of a command. */
  String json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("event", word());
    node.put("delivery", delivery());
    node.put("schedule", schedule);
    node.put("job", run.job());
    node.put("run", run.id());
    node.put("at", run.at());
    node.put("cause", run.cause());
    node.put("attempt", run.attempt());
    node.put("exitCode", run.exitCode());
    if (run.started() > 0) {
      node.put("started", Instant.ofEpochMilli(run.started()).toString());
      node.put("seconds", Math.max(0, run.ended() - run.started()) / 1e3);
    }
    node.put("ended", Instant.ofEpochMilli(run.ended()).toString());
    if (run.message() != null) {
      node.put("message", run.message());
    }
    if (event == Hook.Event.DRIFT) {
      node.put("drift", run.figures().changedShare());
      node.put("bound", hook.drift());
    }
    if (run.figures() != null) {
      node.putPOJO("figures", run.figures());
    }
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message is always JSON", e);
    }
  }

  /** The environment of a command. */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("ESPALIER_EVENT", word());
    environment.put("ESPALIER_SCHEDULE", schedule);
    environment.put("ESPALIER_JOB", run.job());
    environment.put("ESPALIER_RUN", run.id());
    environment.put("ESPALIER_AT", run.at());
    environment.put("ESPALIER_EXIT_CODE", String.valueOf(run.exitCode()));
    environment.put("ESPALIER_MESSAGE", run.message() == null ? "" : run.message());
    environment.replaceAll((name, value) -> value.replace('\0', '\uFFFD')); // has no U+0000
    return environment;
  }
}
