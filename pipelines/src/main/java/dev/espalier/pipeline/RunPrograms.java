package dev.espalier.pipeline;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.TokenSequence;
import dev.espalier.prefix.Grouping;
import dev.espalier.prefix.Opening;
import dev.espalier.prefix.PrefixWalk;
import dev.espalier.prefix.WalkedRange;
import dev.espalier.program.RowRunner;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.ExternalSorter;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Sorts each range and runs its programs on the one engine of the JVM. Answered rows come under
 * {@link #ANSWERS}; under {@link #RANGES} comes what each range counted, if rows are grouped by
 * prefix. A failure of the machine fails the bundle.
 */
final class RunPrograms
    extends PTransform<PCollection<KV<Integer, Iterable<TracedRow>>>, PCollectionTuple> {
  static final TupleTag<AnsweredRow> ANSWERS = new TupleTag<>("answers") {};
  static final TupleTag<WalkedRange> RANGES = new TupleTag<>("ranges") {};

  private final EngineFactory engines;
  private final RowRunnerFactory runners;
  private final RowJournal journal;
  private final RunOptions options;

  RunPrograms(
      EngineFactory engines, RowRunnerFactory runners, RowJournal journal, RunOptions options) {
    this.engines = engines;
    this.runners = runners;
    this.journal = journal;
    this.options = options;
  }

  @Override
  public PCollectionTuple expand(PCollection<KV<Integer, Iterable<TracedRow>>> ranges) {
    PCollectionTuple results =
        ranges.apply(
            "Run",
            ParDo.of(new RunFn(engines, runners, journal, options))
                .withOutputTags(ANSWERS, TupleTagList.of(RANGES)));
    results.get(ANSWERS).setCoder(RowCoders.ANSWERED);
    results.get(RANGES).setCoder(Coders.RANGE);
    return results;
  }

  static final class RunFn extends DoFn<KV<Integer, Iterable<TracedRow>>, AnsweredRow> {
    private final EngineFactory engines;
    private final RowRunnerFactory runners;
    private final RowJournal journal;
    private final RunOptions options;
    private transient EngineLease engine;
    private transient SharedPool<RowRunner>.Lease runner;

    RunFn(EngineFactory engines, RowRunnerFactory runners, RowJournal journal, RunOptions options) {
      this.engines = engines;
      this.runners = runners;
      this.journal = journal;
      this.options = options;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<TracedRow>> range, MultiOutputReceiver out)
        throws IOException, InterruptedException {
      lease();
      Grouping grouping = options.plan().grouping();
      PrefixWalk walk = new PrefixWalk(options.inFlight());
      try (ExternalSorter<Opening, Row> sorter =
              new ExternalSorter<>(
                  grouping.order(), Coders.OPENING, RowCoders.ROW, options.sortBytes());
          RowJournal.Writer writer = journal.open()) {
        for (TracedRow traced : range.getValue()) {
          sorter.add(traced.opening(), traced.row());
        }
        RangeRun run =
            new RangeRun(
                engine,
                runner.value(),
                writer,
                options,
                (answered, metered) -> {
                  count(answered.outcome(), metered);
                  out.get(ANSWERS).output(answered);
                });
        run.run(inOrder(sorter.sorted(), walk));
      } catch (EngineException e) {
        if (e.code().kind() == ErrorCode.Kind.MACHINE) {
          engine.discard();
          engine.close();
          engine = null;
        }
        throw e;
      }
      if (grouping == Grouping.PREFIX) {
        out.get(RANGES).output(walk.range(range.getKey()));
      }
    }

    /** Leased with the first range: without rows to run no model is loaded. */
    private void lease() {
      if (engine == null) {
        engine = EnginePool.lease(engines, options.inFlight(), options.engineIdle());
      }
      if (runner == null) {
        runner = RowRunners.lease(runners, options.engineIdle());
      }
    }

    /** The sorted rows, walked as they pass if they come in prefix order. */
    private Iterator<TracedRow> inOrder(Iterator<Map.Entry<Opening, Row>> sorted, PrefixWalk walk) {
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return sorted.hasNext();
        }

        @Override
        public TracedRow next() {
          Map.Entry<Opening, Row> next = sorted.next();
          TokenSequence tokens = next.getKey().tokens();
          if (options.plan().grouping() == Grouping.PREFIX) {
            walk.add(tokens);
          }
          return new TracedRow(next.getValue(), tokens);
        }
      };
    }

    private void count(RowOutcome outcome, RowEngine metered) {
      long output = outcome.trace().stream().mapToLong(StepTrace::outputTokens).sum();
      Counters.ROWS_RUN.inc();
      if (outcome.error().isPresent()) {
        Counters.ROWS_FAILED.inc();
      }
      Counters.PROMPT_TOKENS.inc(metered.promptTokens());
      Counters.CACHED_TOKENS.inc(metered.cachedTokens());
      Counters.OUTPUT_TOKENS.inc(output);
      Counters.OPENING_HITS.inc(metered.openingHits());
      Counters.ROW_OUTPUT_TOKENS.update(output);
      Progress.of(options.job())
          .rowEnded(
              outcome.error().isPresent(),
              metered.promptTokens(),
              metered.cachedTokens(),
              output,
              metered.openingHits());
    }

    @Teardown
    public void close() {
      if (engine != null) {
        engine.close();
      }
      if (runner != null) {
        runner.close();
      }
    }
  }
}
