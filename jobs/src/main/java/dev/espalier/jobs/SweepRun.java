package dev.espalier.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.Devices;
import dev.espalier.eval.Cell;
import dev.espalier.eval.Response;
import dev.espalier.eval.metric.ScoringException;
import dev.espalier.eval.sweep.CellCost;
import dev.espalier.eval.sweep.CellFacts;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.eval.sweep.ReadyCell;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.eval.sweep.SweepManifest;
import dev.espalier.eval.tokens.EncodedDocument;
import dev.espalier.eval.tokens.TokenRequest;
import dev.espalier.io.lock.LockHeldException;
import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.view.ScoresText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs a sweep as the owner of its directory: model by model, the requests of all cells that are
 * not done as one job, then the cells' samples and results. Models on devices of their own run at
 * the same time.
 */
final class SweepRun {
  private final Sweep sweep;
  private final String command;
  private final PrintWriter out;
  private final PrintWriter err;
  private final SweepFolder folder;
  private final AtomicInteger failed = new AtomicInteger();
  private final Spent total = new Spent();

  /**
   * @param command that goes on after an interruption
   */
  SweepRun(Sweep sweep, String command, PrintWriter out, PrintWriter err) throws IOException {
    this.sweep = sweep;
    this.command = command;
    this.out = out;
    this.err = err;
    this.folder = SweepFolder.at(sweep.output(), sweep.storage());
  }

  /**
   * Runs what is not done.
   *
   * @param wait for another process in the same place, instead of failing
   * @return the exit code
   */
  @SuppressWarnings("try") // held for as long as the sweep runs
  int run(boolean wait) throws IOException, InterruptedException, ConfigurationException {
    CellsOfSweep cells = CellsOfSweep.of(sweep, folder);
    cells.damaged().forEach(reason -> warn(reason + ", and is computed again"));
    JobSurroundings around = JobSurroundings.current();
    ModelOfSweep last = sweep.models().get(sweep.models().size() - 1);
    boolean done = false;
    try (PlaceLock lock = lock(wait)) {
      folder.tidy();
      cells.lookAgain(folder);
      run(cells, around);
      if (failed.get() == 0) {
        if (sweep.harness()) {
          new HarnessFiles(sweep, cells, folder).write();
        }
        folder.keep(manifest(cells), sweep.label(), sweep.at());
        folder.write(manifest(cells));
      }
      done = true;
      around.reported(report());
    } finally {
      around.end(last.engines(), !done);
    }
    if (failed.get() > 0) {
      say(Figures.count(failed.get(), "cell") + " could not be scored; sweep.json was not written");
      return Espalier.FAILED;
    }
    say(
        ScoresText.of(SweepFolder.open(sweep.output(), sweep.storage()))
            + "results: "
            + PlainUrls.in(sweep.output()));
    return Espalier.DONE;
  }

  /** What the whole took, for a schedule. */
  private String report() {
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.putObject("rows").put("written", sweep.cells().size()).put("failed", failed.get());
    report
        .putObject("tokens")
        .put("prompt", total.prompt())
        .put("cached", total.prompt() - total.computed())
        .put("generated", total.generated());
    return report.toString();
  }

  private void warn(String line) {
    synchronized (out) {
      err.println("warning: " + line);
      err.flush();
    }
  }

  private void fail(String model, String task, String reason) {
    failed.incrementAndGet();
    synchronized (out) {
      err.println("failed: " + model + ", " + task + ": " + reason);
      err.flush();
    }
  }

  private void say(String line) {
    synchronized (out) {
      out.println(line);
      out.flush();
    }
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

  /** Models that have to run one after the other, in the sweep's order. */
  private List<List<ModelOfSweep>> lines() {
    List<List<ModelOfSweep>> lines = new ArrayList<>();
    for (ModelOfSweep model : sweep.models()) {
      List<ModelOfSweep> joined = new ArrayList<>();
      List<List<ModelOfSweep>> apart = new ArrayList<>();
      for (List<ModelOfSweep> line : lines) {
        if (line.stream().anyMatch(other -> shares(other, model))) {
          joined.addAll(line);
        } else {
          apart.add(line);
        }
      }
      joined.add(model);
      apart.add(joined);
      lines = apart;
    }
    return lines;
  }

  /** Whether two models cannot run side by side: on one device, or with one place for answers. */
  private static boolean shares(ModelOfSweep one, ModelOfSweep other) {
    return devices(one).overlap(devices(other)) || one.key().equals(other.key());
  }

  private static Devices devices(ModelOfSweep model) {
    return model.job().engine().device();
  }

  private void run(CellsOfSweep cells, JobSurroundings command)
      throws IOException, InterruptedException, ConfigurationException {
    JobSurroundings around = new SweepSurroundings(command);
    List<List<ModelOfSweep>> lines = lines();
    if (lines.size() == 1) {
      run(lines.get(0), cells, around);
      return;
    }
    ExecutorService threads = Executors.newFixedThreadPool(lines.size());
    try {
      List<CompletableFuture<Void>> running =
          lines.stream()
              .map(
                  line ->
                      CompletableFuture.runAsync(
                          () -> {
                            try {
                              run(line, cells, around);
                            } catch (IOException
                                | InterruptedException
                                | ConfigurationException e) {
                              throw new CompletionException(e);
                            }
                          },
                          threads))
              .toList();
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      } else if (e.getCause() instanceof InterruptedException interrupted) {
        throw interrupted;
      } else if (e.getCause() instanceof ConfigurationException configuration) {
        throw configuration;
      }
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }

  @SuppressWarnings("try") // lent for as long as the models run
  private void run(List<ModelOfSweep> line, CellsOfSweep cells, JobSurroundings around)
      throws IOException, InterruptedException, ConfigurationException {
    try (LentSurroundings lending = LentSurroundings.lend(around)) {
      for (ModelOfSweep model : line) {
        run(model, cells);
      }
    }
  }

  /**
   * A cell of a model that is to be computed.
   *
   * @param newTokens of the prompts that no cell before it has asked for
   */
  private record Open(CellPlan plan, ReadyCell cell, long newTokens) {}

  private void run(ModelOfSweep model, CellsOfSweep cells)
      throws IOException, InterruptedException, ConfigurationException {
    RequestsOfModel requests = new RequestsOfModel(model, folder, sweep.storage());
    List<Open> open = new ArrayList<>();
    List<OpenProgram> programs = new ArrayList<>();
    RequestsOfModel.Written written;
    try (RequestsOfModel.Writer writer = requests.writer()) {
      for (int i : cells.openOf(model)) {
        ReadyCell cell = cells.take(i);
        if (sweep.cells().get(i).plan().source() instanceof ProgramCell program) {
          programs.add(new OpenProgram(program, cell));
          continue;
        }
        open.add(new Open(sweep.cells().get(i).plan(), cell, write(cell, writer)));
      }
      written = open.isEmpty() ? RequestsOfModel.Written.NOTHING : writer.done();
    }
    say(
        "%s: %s, %s done before%s; %s, %s to the engine"
            .formatted(
                model.name(),
                Figures.count(cells.countOf(model), "cell"),
                cells.doneOf(model),
                cells.equalOf(model) == 0 ? "" : ", " + cells.equalOf(model) + " equal to others",
                Figures.count(open.stream().mapToLong(one -> one.cell().asked()).sum(), "request"),
                written.requests()));
    if (!open.isEmpty()) {
      RunReport report = requests.run(written, command, err);
      assemble(model, open, requests.answers(), report);
    }
    requests.clear();
    for (OpenProgram program : programs) {
      run(model, program, requests.steps());
    }
  }

  /** A cell of a program that is to be computed. */
  private record OpenProgram(ProgramCell source, ReadyCell cell) {}

  private void run(ModelOfSweep model, OpenProgram open, StepsOfRows steps)
      throws IOException, InterruptedException, ConfigurationException {
    ProgramsOfSweep programs = new ProgramsOfSweep(folder, steps, command, err);
    Spent spent = new Spent();
    try {
      ProgramsOfSweep.Answered answered = programs.run(open.cell(), open.source());
      answered.reports().forEach(spent::add);
      total.add(spent);
      CellPlan.Scored scored = open.source().score(open.cell().documents(), answered.responses());
      folder.write(
          open.cell().id(),
          facts(model, open.cell(), scored, answered.promptTokens(), answered.generatedTokens()),
          scored.samples(),
          new CellCost(spent.computed(), spent.seconds(), System.currentTimeMillis()));
    } catch (ScoringException e) {
      fail(model.name(), open.source().task().name(), e.getMessage());
      return; // its tables stay, so that they are scored again when that is mended
    }
    programs.clear(open.cell(), sweep.storage().open(sweep.output()));
    say(
        "%s: %s: %s computed; %s generated; %s"
            .formatted(
                model.name(),
                open.source().task().name(),
                Figures.count(spent.computed(), "prompt token"),
                spent.generated(),
                Figures.duration(spent.seconds())));
  }

  private static CellFacts facts(
      ModelOfSweep model, ReadyCell cell, CellPlan.Scored scored, long prompt, long generated) {
    return new CellFacts(
        cell.scoring().task(),
        cell.scoring().version().orElse(""),
        model.hash(),
        model.arithmetic(),
        cell.documents().size(),
        scored.scores(),
        prompt,
        generated);
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
    Spent spent = new Spent();
    spent.add(report);
    total.add(spent);
    long computed = spent.computed();
    double seconds = spent.seconds();
    for (Open one : open) {
      double share = (double) one.newTokens() / all;
      assemble(
          model,
          one,
          answers,
          new CellCost(Math.round(share * computed), share * seconds, System.currentTimeMillis()));
    }
    say(
        "%s: %s asked for, %s computed; %s generated; %s"
            .formatted(
                model.name(),
                Figures.count(
                    open.stream().mapToLong(one -> one.cell().promptTokens()).sum(),
                    "prompt token"),
                computed,
                spent.generated(),
                Figures.duration(seconds)));
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
      fail(
          model.name(),
          cell.scoring().task(),
          Figures.count(missing.size(), "request")
              + (missing.size() == 1 ? " has" : " have")
              + " no answer; the first: "
              + missing.values().iterator().next());
      return;
    }
    List<List<List<Response>>> responses = new ArrayList<>();
    long generated = 0;
    for (EncodedDocument document : cell.encoded()) {
      responses.add(document.responses(answers.answers(), cell.scoring().repeats()));
      generated += document.generatedTokens(answers.answers());
    }
    CellPlan.Scored scored;
    try {
      scored = open.plan().source().score(cell.documents(), responses);
    } catch (ScoringException e) {
      fail(model.name(), cell.scoring().task(), e.getMessage());
      return;
    }
    folder.write(
        cell.id(),
        facts(model, cell, scored, cell.promptTokens(), generated),
        scored.samples(),
        cost);
  }

  private SweepManifest manifest(CellsOfSweep ids) {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < sweep.cells().size(); i++) {
      CellPlan plan = sweep.cells().get(i).plan();
      cells.add(new Cell(ids.id(i), plan.model(), plan.source().scoring().task(), plan.axes()));
    }
    return new SweepManifest(sweep.name(), cells, sweep.groups(), sweep.names());
  }
}
