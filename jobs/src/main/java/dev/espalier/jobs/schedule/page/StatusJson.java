package dev.espalier.jobs.schedule.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.cron.CronTimes;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.JobRecord;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What the status page shows, as JSON. */
final class StatusJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private StatusJson() {}

  static String of(Moment moment) {
    ObjectNode root = JSON.createObjectNode();
    root.put("schedule", moment.schedule().name());
    root.put("now", moment.now().toString());
    Optional.ofNullable(moment.notices().get("")).ifPresent(text -> root.put("notice", text));
    ArrayNode jobs = root.putArray("jobs");
    for (ScheduledJob job : moment.schedule().jobs()) {
      job(jobs.addObject(), job, moment);
    }
    ArrayNode runs = root.putArray("runs");
    moment.state().runs().values().forEach(runs::addPOJO);
    return text(root);
  }

  private static void job(ObjectNode node, ScheduledJob job, Moment moment) {
    node.put("name", job.name());
    node.put("file", job.file());
    node.put("command", job.command());
    job.cron().map(CronTimes::expression).ifPresent(cron -> node.put("cron", cron));
    node.put("zone", job.zone().toString());
    Instant next = moment.next().get(job.name());
    if (next != null) {
      node.put("next", next.toString());
    }
    Optional<JobRecord> record = moment.state().job(job.name());
    node.put("paused", record.map(JobRecord::paused).orElse(false));
    record.map(JobRecord::note).ifPresent(note -> node.put("note", note));
    record.ifPresent(known -> node.putPOJO("totals", known.totals()));
    String notice = moment.notices().get(job.name());
    if (notice != null) {
      node.put("notice", notice);
    }
    ArrayNode underWay = node.putArray("running");
    moment
        .progress()
        .forEach(
            (id, tells) -> {
              RunRecord run = moment.state().runs().get(id);
              if (run != null && run.job().equals(job.name())) {
                ObjectNode running = underWay.addObject().put("run", id);
                tells.get().ifPresent(far -> progress(running, far));
              }
            });
  }

  private static void progress(ObjectNode node, JobProgress far) {
    node.put("phase", far.phase().name().toLowerCase(Locale.ROOT));
    if (!far.waitsFor().isEmpty()) {
      node.put("waitsFor", far.waitsFor());
    }
    node.put("rowsRead", far.rowsRead());
    node.put("rowsToRun", far.rowsToRun());
    node.put("rowsDone", far.rowsDone());
    node.put("rowsFailed", far.rowsFailed());
    node.put("promptTokens", far.promptTokens());
    node.put("cachedTokens", far.cachedTokens());
    node.put("generatedTokens", far.generatedTokens());
  }

  private static String text(ObjectNode root) {
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a status is always JSON", e);
    }
  }
}
