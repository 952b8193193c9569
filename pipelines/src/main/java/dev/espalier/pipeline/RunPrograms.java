package dev.espalier.pipeline;

import dev.espalier.engine.EngineActivity;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.prefix.WalkedRange;
import dev.espalier.program.RowRunner;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepRecord;
import dev.espalier.row.StepTrace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * Sorts each range and runs its programs on the one engine of the JVM, the next beginning while the
 * last rows of the one before end. Answered rows come under {@link #ANSWERS}; under {@link #COUNTS}
 * comes what each bundle counted, and under {@link #RANGES} the openings' totals of each range, if
 * rows are grouped by prefix. A failure of the machine fails the bundle.
 */
final class RunPrograms
    extends PTransform<PCollection<KV<NumberedKey, Iterable<TracedRow>>>, PCollectionTuple> {
  static final TupleTag<AnsweredRow> ANSWERS = new TupleTag<>("answers") {};
  static final TupleTag<WalkedRange> RANGES = new TupleTag<>("ranges") {};

  /** What each row was answered, if that is to be remembered. */
  static final TupleTag<KV<String, List<StepRecord>>> STEPS = new TupleTag<>("steps") {};

  static final TupleTag<Map<String, Long>> COUNTS = new TupleTag<>("counts") {};

  private final EngineFactory engines;
  private final RowRunnerFactory runners;
  private final RowJournal journal;
  private final RunOptions options;
  private final String memory;

  /**
   * @param memory see {@link StepMemory#identity}; empty if steps are not to be remembered
   */
  RunPrograms(
      EngineFactory engines,
      RowRunnerFactory runners,
      RowJournal journal,
      RunOptions options,
      String memory) {
    this.engines = engines;
    this.runners = runners;
    this.journal = journal;
    this.options = options;
    this.memory = memory;
  }

  @Override
  public PCollectionTuple expand(PCollection<KV<NumberedKey, Iterable<TracedRow>>> ranges) {
    PCollectionTuple results =
        ranges.apply(
            "Run",
            ParDo.of(new RunFn(engines, runners, journal, options, memory))
                .withOutputTags(ANSWERS, TupleTagList.of(RANGES).and(STEPS).and(COUNTS)));
    results.get(ANSWERS).setCoder(RowCoders.ANSWERED);
    results.get(RANGES).setCoder(Coders.RANGE);
    results.get(STEPS).setCoder(Coders.STEPS);
    results.get(COUNTS).setCoder(Coders.COUNTS);
    return results;
  }

  /** While the rows of a range are gathered the rows before it go on. */
  private static final int ROWS_BETWEEN_STEPS = 64;

  static final class RunFn extends DoFn<KV<NumberedKey, Iterable<TracedRow>>, AnsweredRow> {
    private final EngineFactory engines;
    private final RowRunnerFactory runners;
    private final RowJournal journal;
    private final RunOptions options;
    private final String memory;
    private transient EngineLease engine;
    private transient SharedPool<RowRunner>.Lease runner;
    private transient RangeFeed feed;
    private transient Output output;
    private transient RunFigures figures;
    private transient Map<String, Long> counts; // of this bundle

    RunFn(
        EngineFactory engines,
        RowRunnerFactory runners,
        RowJournal journal,
        RunOptions options,
        String memory) {
      this.engines = engines;
      this.runners = runners;
      this.journal = journal;
      this.options = options;
      this.memory = memory;
    }

    /**
     * Begins the rows of a range; most of its outcomes come with the next range or at the bundle's
     * end, so that the engine goes on meanwhile.
     */
    @ProcessElement
    public void process(
        @Element KV<NumberedKey, Iterable<TracedRow>> range, MultiOutputReceiver out)
        throws IOException, InterruptedException {
      output = Output.of(out);
      try {
        if (engine == null) {
          options.live().enter(out);
        }
        feed();
        if (figures == null) {
          figures = RunFigures.show(options.live(), out, engine.engine());
        }
        if (!engine.sorted().tryAcquire()) {
          feed.beginAllBut(0); // its own ranges are among those that hold the permits
          engine.sorted().acquire();
        }
        SortedRange sorted =
            new SortedRange(
                range.getKey().number(), options, engine.sorted(), walked -> output.range(walked));
        feed.add(read(range.getValue(), sorted));
        feed.beginAllBut(1);
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        giveUp(e);
        throw e;
      }
    }

    private SortedRange read(Iterable<TracedRow> rows, SortedRange sorted)
        throws IOException, InterruptedException {
      try {
        int count = 0;
        for (TracedRow traced : rows) {
          sorted.add(traced);
          if (++count % ROWS_BETWEEN_STEPS == 0) {
            feed.advance();
          }
        }
        sorted.sort();
        return sorted;
      } catch (Throwable e) {
        sorted.close();
        throw e;
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException, InterruptedException {
      if (feed == null) {
        return;
      }
      output = Output.of(context);
      try {
        feed.finish();
        feed.close();
        feed = null;
        countEngine();
        count(Counters.FETCH_MILLIS, engines.takePreparationMillis());
        context.output(COUNTS, counts, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        giveUp(e);
        throw e;
      }
    }

    /** Leased with the first range: without rows to run no model is loaded. */
    private void feed() throws IOException {
      if (engine == null) {
        engine = EnginePool.lease(engines, options.inFlight(), options.engineIdle());
      }
      if (runner == null) {
        runner = RowRunners.lease(runners, options.engineIdle());
      }
      if (feed == null) {
        counts = new TreeMap<>();
        feed =
            new RangeFeed(
                engine,
                runner.value(),
                journal.open(),
                options,
                memory,
                (answered, metered) -> {
                  count(answered.outcome(), metered);
                  output.answer(answered);
                  List<StepRecord> steps = metered.steps();
                  if (!steps.isEmpty()) {
                    output.steps(answered.row().id(), steps);
                  }
                });
      }
    }

    /**
     * Gives up what is under way.
     *
     * @param problem for which the bundle fails
     */
    private void giveUp(Throwable problem) {
      close(problem);
      if (problem instanceof EngineException e
          && e.code().kind() == ErrorCode.Kind.MACHINE
          && engine != null) {
        engine.discard();
        engine.close();
        engine = null;
      }
    }

    private void close(Throwable problem) {
      if (feed != null) {
        try {
          feed.close();
        } catch (IOException e) {
          problem.addSuppressed(e);
        }
        feed = null;
      }
    }

    /** What the engine did meanwhile; of the tasks that share it, the first to ask counts it. */
    private void countEngine() {
      EngineActivity did = EngineMeter.of(engine.engine()).report(engine.engine());
      count(Counters.ENGINE_BUSY, did.busyNanos());
      count(Counters.ENGINE_SHORT_OF_PAGES, did.shortOfPagesNanos());
      count(Counters.ENGINE_HOST, did.hostNanos());
      count(Counters.ENGINE_IDLE, did.idleNanos());
      count(Counters.PREEMPTIONS, did.preemptions());
    }

    private void count(RowOutcome outcome, RowEngine metered) {
      long traced = outcome.trace().stream().mapToLong(StepTrace::outputTokens).sum();
      long output = Math.max(0, traced - metered.savedOutputTokens());
      count(Counters.ROWS_RUN, 1);
      count(Counters.ROWS_FAILED, outcome.error().isPresent() ? 1 : 0);
      count(Counters.PROMPT_TOKENS, metered.promptTokens());
      count(Counters.CACHED_TOKENS, metered.cachedTokens());
      count(Counters.OUTPUT_TOKENS, output);
      count(Counters.OPENING_HITS, metered.openingHits());
      count(Counters.STEPS_RUN, metered.stepsRun());
      count(Counters.STEPS_KNOWN, metered.stepsKnown());
      count(Counters.SAVED_PROMPT_TOKENS, metered.savedPromptTokens());
      count(Counters.SAVED_OUTPUT_TOKENS, metered.savedOutputTokens());
      Counters.ROW_OUTPUT_TOKENS.update(output);
      figures.ended(
          outcome.error().isPresent(), metered.promptTokens() - metered.cachedTokens(), output);
      Progress.of(options.job())
          .rowEnded(
              outcome.error().isPresent(),
              metered.promptTokens(),
              metered.cachedTokens(),
              output,
              metered.openingHits());
    }

    private void count(Counter counter, long number) {
      counter.inc(number);
      RunMetrics.add(counter, number, counts);
    }

    @Teardown
    public void close() throws IOException {
      if (feed != null) {
        feed.close();
        feed = null;
      }
      if (figures != null) {
        figures.close();
      }
      if (engine != null) {
        engine.close();
      }
      if (runner != null) {
        runner.close();
      }
    }
  }

  /** Where outcomes go, with a range or at the end of a bundle. */
  private interface Output {
    void answer(AnsweredRow answered);

    void range(WalkedRange range);

    void steps(String row, List<StepRecord> steps);

    static Output of(DoFn.MultiOutputReceiver out) {
      return new Output() {
        @Override
        public void answer(AnsweredRow answered) {
          Counters.ROWS_EMITTED.inc();
          out.get(ANSWERS).output(answered);
        }

        @Override
        public void range(WalkedRange range) {
          out.get(RANGES).output(range);
        }

        @Override
        public void steps(String row, List<StepRecord> steps) {
          out.get(STEPS).output(KV.of(row, steps));
        }
      };
    }

    static Output of(DoFn<?, AnsweredRow>.FinishBundleContext out) {
      Instant end = GlobalWindow.INSTANCE.maxTimestamp();
      return new Output() {
        @Override
        public void answer(AnsweredRow answered) {
          Counters.ROWS_EMITTED.inc();
          out.output(answered, end, GlobalWindow.INSTANCE);
        }

        @Override
        public void range(WalkedRange range) {
          out.output(RANGES, range, end, GlobalWindow.INSTANCE);
        }

        @Override
        public void steps(String row, List<StepRecord> steps) {
          out.output(STEPS, KV.of(row, steps), end, GlobalWindow.INSTANCE);
        }
      };
    }
  }
}
