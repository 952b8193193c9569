package dev.espalier.jobs;

import dev.espalier.eval.Cell;
import dev.espalier.eval.Response;
import dev.espalier.eval.sweep.CellCost;
import dev.espalier.eval.sweep.CellFacts;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.eval.sweep.ReadyCell;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.eval.sweep.SweepManifest;
import dev.espalier.eval.tokens.EncodedDocument;
import dev.espalier.eval.tokens.RequestEncoder;
import dev.espalier.eval.tokens.TokenRequest;
import dev.espalier.io.lock.LockHeldException;
import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs a sweep as the owner of its directory: model by model, the requests of all cells that are
 * not done as one job, then the cells' samples and results.
 */
final class SweepRun {
  private final Sweep sweep;
  private final String command;
  private final PrintWriter out;
  private final PrintWriter err;
  private final SweepFolder folder;

  /** What each cell of the sweep is known by, in their order. */
  private final String[] ids;

  private int failed;

  /**
   * @param command that goes on after an interruption
   */
  SweepRun(Sweep sweep, String command, PrintWriter out, PrintWriter err) throws IOException {
    this.sweep = sweep;
    this.command = command;
    this.out = out;
    this.err = err;
    this.folder = SweepFolder.at(sweep.output(), sweep.storage());
    this.ids = new String[sweep.cells().size()];
  }

  /**
   * Runs what is not done.
   *
   * @param wait for another process in the same place, instead of failing
   * @return the exit code
   */
  @SuppressWarnings("try") // held and lent for as long as the sweep runs
  int run(boolean wait) throws IOException, InterruptedException, ConfigurationException {
    JobSurroundings around = JobSurroundings.current();
    boolean done = false;
    try (PlaceLock lock = lock(wait);
        LentSurroundings lending = LentSurroundings.lend(new SweepSurroundings(around))) {
      folder.tidy();
      for (ModelOfSweep model : sweep.models()) {
        run(model);
      }
      if (failed == 0) {
        folder.write(manifest());
      }
      done = true;
    } finally {
      around.end(engines(), !done);
    }
    if (failed > 0) {
      out.println(
          Figures.count(failed, "cell") + " could not be scored; sweep.json was not written");
      out.flush();
      return Espalier.FAILED;
    }
    return Espalier.DONE;
  }

  private ModelOnDevice engines() {
    ModelOfSweep model = sweep.models().get(sweep.models().size() - 1);
    return new ModelOnDevice(
        model.job().model(),
        model.hash(),
        model.job().engine(),
        model.job().storage(),
        model.job().runner().master().isPresent());
  }

  private PlaceLock lock(boolean wait)
      throws IOException, InterruptedException, ConfigurationException {
    StorageOptions storage = sweep.storage();
    String directory = folder.internal("lock");
    PlaceLock.Taker taker = PlaceLock.Taker.process();
    try {
      return wait
          ? PlaceLock.await(storage, directory, taker, this::sayThatItWaits)
          : PlaceLock.acquire(storage, directory, taker);
    } catch (LockHeldException e) {
      throw new ConfigurationException(sweep.output(), e.problem(), e.remedy());
    }
  }

  private void sayThatItWaits(LockHeldException held) {
    err.println("waiting: " + PlainUrls.in(sweep.output()) + " is " + held.problem());
    err.flush();
  }

  /**
   * A cell of a model that is to be computed.
   *
   * @param index in the sweep
   * @param newTokens of the prompts that no cell before it has asked for
   */
  private record Open(int index, CellPlan plan, ReadyCell cell, long newTokens) {}

  private void run(ModelOfSweep model)
      throws IOException, InterruptedException, ConfigurationException {
    RequestsOfModel requests = new RequestsOfModel(model, folder, sweep.storage());
    List<Open> open = new ArrayList<>();
    int known = 0;
    RequestsOfModel.Written written;
    try (RequestsOfModel.Writer writer = requests.writer()) {
      for (int i = 0; i < sweep.cells().size(); i++) {
        CellPlan plan = sweep.cells().get(i);
        if (plan.model().equals(model.name())) {
          ReadyCell cell = ready(model, plan);
          ids[i] = cell.id();
          if (folder.facts(cell.id()).isPresent()) {
            known++;
          } else {
            open.add(new Open(i, plan, cell, write(cell, writer)));
          }
        }
      }
      written = open.isEmpty() ? new RequestsOfModel.Written(0, 0) : writer.done();
    }
    out.printf(
        "%s: %s, %s done before; %s, %s of them different%n",
        model.name(),
        Figures.count(open.size() + known, "cell"),
        known,
        Figures.count(written.asked(), "request"),
        written.requests());
    out.flush();
    if (!open.isEmpty()) {
      RunReport report = requests.run(command, err);
      assemble(model, open, requests.answers(), report);
    }
    requests.clear();
  }

  private static ReadyCell ready(ModelOfSweep model, CellPlan plan) throws IOException {
    RequestEncoder encoder =
        new RequestEncoder(
            model.text(), plan.seed(), plan.source().scoring().repeats(), plan.thinkEnd());
    return ReadyCell.of(
        model.identity(), plan.source().scoring(), plan.source().documents(), encoder);
  }

  private static long write(ReadyCell cell, RequestsOfModel.Writer writer) throws IOException {
    long tokens = 0;
    for (TokenRequest request : cell.requests()) {
      tokens += writer.add(request) ? request.prompt().length() : 0;
    }
    return tokens;
  }

  private void assemble(
      ModelOfSweep model, List<Open> open, RequestsOfModel.Answers answers, RunReport report)
      throws IOException {
    long all = Math.max(1, open.stream().mapToLong(Open::newTokens).sum());
    RunReport.Tokens tokens =
        report.tokens() == null ? new RunReport.Tokens(0, 0, 0) : report.tokens();
    double seconds = report.wallSeconds() == null ? 0 : report.wallSeconds();
    for (Open one : open) {
      double share = (double) one.newTokens() / all;
      CellCost cost =
          new CellCost(
              Math.round(share * (tokens.prompt() - tokens.cached())),
              share * seconds,
              System.currentTimeMillis());
      assemble(model, one, answers, cost);
    }
    out.printf(
        "%s: %s prompt tokens asked for, %s computed; %s generated; %s%n",
        model.name(),
        open.stream().mapToLong(one -> one.cell().promptTokens()).sum(),
        tokens.prompt() - tokens.cached(),
        tokens.generated(),
        Figures.duration(seconds));
    out.flush();
  }

  private void assemble(
      ModelOfSweep model, Open open, RequestsOfModel.Answers answers, CellCost cost)
      throws IOException {
    ReadyCell cell = open.cell();
    Map<String, String> missing = new TreeMap<>();
    cell.requests()
        .forEach(
            request -> {
              String failure = answers.failures().get(request.key());
              if (failure != null) {
                missing.put(request.key(), failure);
              }
            });
    if (!missing.isEmpty()) {
      failed++;
      err.printf(
          "failed: %s, %s: %s; the first: %s%n",
          model.name(),
          cell.scoring().task(),
          Figures.count(missing.size(), "request"),
          missing.values().iterator().next());
      err.flush();
      return;
    }
    List<List<List<Response>>> responses = new ArrayList<>();
    for (EncodedDocument document : cell.encoded()) {
      responses.add(document.responses(answers.answers(), cell.scoring().repeats()));
    }
    CellPlan.Scored scored = open.plan().source().score(cell.documents(), responses);
    folder.write(
        cell.id(),
        new CellFacts(
            cell.scoring().task(),
            cell.scoring().version().orElse(""),
            model.hash(),
            model.arithmetic(),
            cell.documents().size(),
            scored.scores(),
            cell.promptTokens(),
            0),
        scored.samples(),
        cost);
  }

  private SweepManifest manifest() {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      CellPlan plan = sweep.cells().get(i);
      cells.add(new Cell(ids[i], plan.model(), plan.source().scoring().task(), plan.axes()));
    }
    return new SweepManifest(sweep.name(), cells, sweep.groups(), sweep.names());
  }
}
