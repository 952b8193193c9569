package dev.espalier.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.espalier.engine.scratch.PrivateDirectory;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.eval.sweep.ReadyCell;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.eval.tokens.TokenRequest;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code espalier plan} says of a sweep.
 *
 * @param cells all of them, in the sweep's order
 * @param models what is to be computed with each
 */
record SweepPlan(String sweep, String output, List<PlannedCell> cells, List<PlannedModel> models) {

  /**
   * A cell.
   *
   * @param done whether it is there already, and taken over
   * @param documents absent of one that is done
   * @param requests likewise
   * @param promptTokens before anything is shared; likewise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record PlannedCell(
      String id,
      String model,
      String task,
      Map<String, String> axes,
      boolean done,
      Integer documents,
      Long requests,
      Long promptTokens) {}

  /**
   * A model.
   *
   * @param requests of its cells that are not done
   * @param different of the engine: choices of one question are one, and equal ones are
   * @param promptTokens of all requests, before anything is shared
   * @param sharedTokens of the prompts of different requests when each beginning is computed once
   * @param generatedTokens at most
   * @param seconds about; absent where no device is known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record PlannedModel(
      String model,
      int cells,
      int done,
      long requests,
      long different,
      long promptTokens,
      long sharedTokens,
      long generatedTokens,
      String device,
      Double seconds) {}

  /**
   * Plans a sweep, and leaves nothing behind.
   *
   * @param named the device of the command line; each model's own where there is none
   * @param err gets warnings
   */
  static SweepPlan of(Sweep sweep, Optional<PlanDevice> named, PrintWriter err)
      throws IOException, InterruptedException, ConfigurationException {
    SweepFolder folder = SweepFolder.at(sweep.output(), sweep.storage());
    CellsOfSweep cells = CellsOfSweep.of(sweep, folder);
    cells
        .damaged()
        .forEach(reason -> err.println("warning: " + reason + ", and would be computed again"));
    List<PlannedModel> models = new ArrayList<>();
    PlannedCell[] planned = new PlannedCell[sweep.cells().size()];
    try (PrivateDirectory directory = PrivateDirectory.create()) {
      for (ModelOfSweep model : sweep.models()) {
        RequestsOfModel requests = new RequestsOfModel(model, directory.path().toString());
        models.add(plan(sweep, model, cells, requests, directory.path(), named, planned));
      }
    }
    for (int i = 0; i < planned.length; i++) {
      if (planned[i] == null) {
        CellPlan plan = sweep.cells().get(i).plan();
        planned[i] =
            new PlannedCell(
                cells.id(i),
                plan.model(),
                plan.source().scoring().task(),
                plan.axes(),
                cells.isDone(i),
                null,
                null,
                null);
      }
    }
    return new SweepPlan(sweep.name(), sweep.output(), List.of(planned), models);
  }

  private static PlannedModel plan(
      Sweep sweep,
      ModelOfSweep model,
      CellsOfSweep cells,
      RequestsOfModel requests,
      Path directory,
      Optional<PlanDevice> named,
      PlannedCell[] planned)
      throws IOException, InterruptedException, ConfigurationException {
    List<Integer> open = cells.openOf(model);
    int count = cells.countOf(model);
    if (open.isEmpty()) {
      return new PlannedModel(model.name(), count, cells.doneOf(model), 0, 0, 0, 0, 0, null, null);
    }
    long asked = 0;
    long promptTokens = 0;
    List<PlanReport> reports = new ArrayList<>();
    RequestsOfModel.Written written;
    try (RequestsOfModel.Writer writer = requests.writer()) {
      for (int i : open) {
        ReadyCell cell = cells.take(i);
        for (TokenRequest request : cell.requests()) {
          var unused = writer.add(request);
        }
        CellPlan plan = sweep.cells().get(i).plan();
        long cellAsked = cell.asked();
        long cellTokens = cell.promptTokens();
        if (plan.source() instanceof ProgramCell program) {
          PlanReport report = report(cell, program, directory, named);
          reports.add(report);
          cellAsked = (long) cell.documents().size() * program.task().samples();
          cellTokens = report.plan().totalTokens();
        }
        asked += cellAsked;
        promptTokens += cellTokens;
        planned[i] =
            new PlannedCell(
                cell.id(),
                plan.model(),
                cell.scoring().task(),
                plan.axes(),
                false,
                cell.documents().size(),
                cellAsked,
                cellTokens);
      }
      written = writer.done();
    }
    long different = written.requests();
    long generated = written.mostGenerated();
    for (PlanReport report : reports) {
      different += report.rows().toRun();
      generated += report.generated().tokens();
    }
    if (written.requests() > 0) {
      PreparedJob job = requests.job(written, false);
      reports.add(PlanReports.of(job, JobPlan.of(job), named));
    }
    boolean isTimed = reports.stream().allMatch(report -> report.time() != null);
    return new PlannedModel(
        model.name(),
        count,
        cells.doneOf(model),
        asked,
        different,
        promptTokens,
        reports.stream().mapToLong(report -> report.plan().uniqueTokens()).sum(),
        generated,
        isTimed ? reports.get(0).time().device() : null,
        isTimed
            ? (Double) reports.stream().mapToDouble(report -> report.time().seconds()).sum()
            : null);
  }

  /** What a program would do up to its first value of the model. */
  private static PlanReport report(
      ReadyCell cell, ProgramCell program, Path directory, Optional<PlanDevice> named)
      throws IOException, InterruptedException, ConfigurationException {
    JobFile file =
        ProgramsOfSweep.planned(
                cell, program, directory.toString(), StorageOptions.defaults().open(""))
            .onRunnerOfThisProcess();
    PreparedJob job =
        JobCheck.look(
            new JobFile.Reading(Optional.of(file), List.of(), Map.of()),
            new RowSelection.All(),
            new PrintWriter(Writer.nullWriter()));
    return PlanReports.of(job, JobPlan.of(job), named);
  }

  String json() {
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan is always JSON", e);
    }
  }

  /** For a person: the cells, then what each model has to do. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (PlannedCell cell : cells) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s  %s %s %s%s%n",
              cell.id().substring(0, 8),
              cell.model(),
              cell.task(),
              axes(cell.axes()),
              cell.done()
                  ? "done before"
                  : cell.documents() == null
                      ? "equal to another"
                      : Figures.count(cell.documents(), "document")
                          + ", "
                          + Figures.count(cell.requests(), "request")
                          + ", "
                          + Figures.count(cell.promptTokens(), "prompt token")));
    }
    long done = cells.stream().filter(PlannedCell::done).count();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %s, %s done before; in %s%n",
            sweep,
            Figures.count(cells.size(), "cell"),
            done,
            output));
    for (PlannedModel model : models) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %s, %s to the engine; %s, %s with sharing; at most %s generated%s%n",
              model.model(),
              Figures.count(model.requests(), "request"),
              model.different(),
              Figures.count(model.promptTokens(), "prompt token"),
              model.sharedTokens(),
              Figures.count(model.generatedTokens(), "token"),
              model.different() == 0
                  ? ""
                  : model.seconds() == null
                      ? "; time unknown: name a device, such as --device h200"
                      : "; about " + Figures.duration(model.seconds()) + " on " + model.device()));
    }
    return text.toString();
  }

  private static String axes(Map<String, String> axes) {
    StringBuilder text = new StringBuilder();
    axes.forEach((axis, value) -> text.append(axis).append('=').append(value).append(' '));
    return text.toString();
  }
}
