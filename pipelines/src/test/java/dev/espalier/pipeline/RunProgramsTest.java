package dev.espalier.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.prefix.WalkedRange;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.OutputBuilder;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bundles of several ranges, as Flink makes them: one for each subtask. */
class RunProgramsTest {
  private static final int CAPACITY = 8;

  private final List<String> answered = new ArrayList<>();
  private final List<Integer> begun = new ArrayList<>();
  private final List<Map<?, ?>> counts = new ArrayList<>();

  @AfterEach
  void closeEngines() {
    EnginePool.closeAll();
  }

  /** Takes what a bundle puts out. */
  private final class Outputs implements DoFn.MultiOutputReceiver {
    @Override
    public <T> DoFn.OutputReceiver<T> get(TupleTag<T> tag) {
      return new DoFn.OutputReceiver<>() {
        @Override
        public OutputBuilder<T> builder(T value) {
          throw new UnsupportedOperationException("values come one by one");
        }

        @Override
        public void output(T value) {
          take(value);
        }
      };
    }

    @Override
    public <T> DoFn.OutputReceiver<org.apache.beam.sdk.values.Row> getRowReceiver(TupleTag<T> tag) {
      throw new UnsupportedOperationException("there are no rows of Beam");
    }
  }

  private void take(Object value) {
    if (value instanceof AnsweredRow row) {
      answered.add(row.row().id());
    } else if (value instanceof WalkedRange range) {
      begun.add(range.index());
    } else {
      counts.add((Map<?, ?>) value);
    }
  }

  private DoFn<KV<NumberedKey, Iterable<TracedRow>>, AnsweredRow>.FinishBundleContext end(
      DoFn<KV<NumberedKey, Iterable<TracedRow>>, AnsweredRow> run) {
    return run.new FinishBundleContext() {
      @Override
      public PipelineOptions getPipelineOptions() {
        throw new UnsupportedOperationException("nobody asks for them");
      }

      @Override
      public void output(AnsweredRow value, Instant timestamp, BoundedWindow window) {
        take(value);
      }

      @Override
      public <T> void output(TupleTag<T> tag, T value, Instant timestamp, BoundedWindow window) {
        take(value);
      }
    };
  }

  @Test
  void theEngineNeverLacksRowsWhileTheBundleHasSome() throws Exception {
    List<List<Row>> ranges = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int range = 0; range < 6; range++) {
      List<Row> rows = new ArrayList<>();
      for (Row row : Rows.grouped(range == 2 ? 1 : 150, 4, 20, 5, range)) {
        rows.add(new Row(range + " " + row.id(), row.fields(), row.error()));
      }
      ranges.add(rows);
      rows.forEach(row -> ids.add(row.id()));
    }
    SteppedEngine engine = new SteppedEngine(CAPACITY, ids.size());
    MemoryJournal journal = new MemoryJournal("never-lacks");
    RunOptions options = RunOptions.of("never-lacks", 1).withInFlight(CAPACITY);
    RunPrograms.RunFn run =
        new RunPrograms.RunFn(
            engine.factory("never-lacks"), new FakeRunner.Factory("fed"), journal, options, "");
    for (int range = 0; range < ranges.size(); range++) {
      List<TracedRow> rows = ranges.get(range).stream().map(Rows::traced).toList();
      run.process(KV.of(new NumberedKey(range, 0), rows), new Outputs());
      assertThat(begun).hasSizeGreaterThanOrEqualTo(range);
    }
    run.finish(end(run));
    run.close();

    assertThat(engine.hungrySteps()).isZero();
    assertThat(answered).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(begun).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(journal.rows()).hasSize(ids.size());
    assertThat(counts).hasSize(1); // of the bundle
  }
}
