package dev.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.Devices;
import dev.espalier.engine.EngineException;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.io.table.TableLayout;
import dev.espalier.jobs.estimate.Work;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the report of an earlier run of the same program and model says: of the job's own table, or
 * of a trial's beside it. Of several, the one of the most rows that ran.
 *
 * @param path of the report
 * @param device that it ran on
 * @param laterPromptTokens prompt tokens that were computed after the openings
 * @param seconds that its engine worked or waited for the host, or of the whole run where that is
 *     not told
 */
record PastRun(
    String path,
    String device,
    long rows,
    long generated,
    long openingTokensComputed,
    long laterPromptTokens,
    long heldTokens,
    double seconds) {

  /** The run to go by; none if there is no report that fits. */
  static Optional<PastRun> of(PreparedJob job) {
    try {
      Storage storage = job.output().storage().open(job.output().path());
      List<PastRun> runs = new ArrayList<>();
      for (String table : tables(storage, job.output().path())) {
        read(storage, new TableLayout(table).report(), job).ifPresent(runs::add);
      }
      return runs.stream().max(Comparator.comparingLong(PastRun::rows));
    } catch (IOException e) {
      return Optional.empty(); // it only helps to estimate
    }
  }

  /** The table's place, and those of trials beside it. */
  private static List<String> tables(Storage storage, String path) throws IOException {
    String place = path.replaceAll("/+$", "");
    int slash = place.lastIndexOf('/');
    List<String> tables = new ArrayList<>(List.of(place));
    if (slash <= 0 || storage.find(place.substring(0, slash)).isEmpty()) {
      return tables;
    }
    String trials = place.substring(slash + 1) + "-";
    for (StoredFile file : storage.list(place.substring(0, slash))) {
      if (file.directory()
          && file.name().startsWith(trials)
          && file.name().substring(trials.length()).matches("(limit|sample|ids)-\\w+")) {
        tables.add(file.path());
      }
    }
    return tables;
  }

  private static Optional<PastRun> read(Storage storage, String path, PreparedJob job)
      throws IOException {
    if (storage.find(path).isEmpty()) {
      return Optional.empty();
    }
    JsonNode report;
    try (InputStream in = storage.input(path).newStream()) {
      report = new ObjectMapper().readTree(in.readAllBytes());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    boolean fits =
        report.at("/model/hash").asText().equals(job.modelHash())
            && report.at("/program/hash").asText().equals(job.work().hash())
            && report.at("/rows/run").asLong() > 0
            && report.has("tokens");
    if (!fits) {
      return Optional.empty();
    }
    long openings =
        report.at("/achieved/openingTokens").asLong() - report.at("/achieved/openingHits").asLong();
    long computed = report.at("/tokens/prompt").asLong() - report.at("/tokens/cached").asLong();
    return Optional.of(
        new PastRun(
            path,
            report.at("/job/device").asText(),
            report.at("/rows/run").asLong(),
            report.at("/tokens/generated").asLong(),
            openings,
            Math.max(0, computed - openings),
            report.at("/plan/peakTokens").asLong(),
            seconds(report)));
  }

  private static double seconds(JsonNode report) {
    double engine =
        report.at("/engine/busySeconds").asDouble() + report.at("/engine/hostSeconds").asDouble();
    int devices = Math.max(1, report.at("/job/device").asText().split(",", -1).length);
    return engine > 0 ? engine / devices : report.at("/wallSeconds").asDouble();
  }

  double generatedPerRow() {
    return (double) generated / rows;
  }

  double laterPromptTokensPerRow() {
    return (double) laterPromptTokens / rows;
  }

  /** What its engine had to do. */
  Work work(int inFlight) {
    return new Work(
        rows, openingTokensComputed + laterPromptTokens, generated, heldTokens, inFlight);
  }

  /** Whether it ran on as many devices of the kind that the job names. */
  boolean isOnDeviceOf(PreparedJob job) {
    try {
      Devices ran = Devices.of(device);
      Devices wanted = job.file().engine().device();
      return ran.kind().equals(wanted.kind()) && ran.each().size() == wanted.each().size();
    } catch (EngineException e) {
      return false;
    }
  }
}
