package dev.espalier.jobs;

import dev.espalier.io.read.ReadFirstRecords;
import dev.espalier.io.read.ReadNamedRecords;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.ReadRecords;
import dev.espalier.io.read.ReadSampledRecords;
import dev.espalier.row.Row;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** Which rows of the input a command takes: all, or those of a trial. */
sealed interface RowSelection {

  /** Reads them. */
  PTransform<PBegin, PCollection<Row>> read(ReadOptions input);

  /** What a trial's table is called behind the name of the whole one's; empty for all rows. */
  Optional<String> suffix();

  /** What tells the tables of two selections of one input apart; nothing for all rows. */
  List<String> identity();

  /** All rows. */
  record All() implements RowSelection {
    @Override
    public PTransform<PBegin, PCollection<Row>> read(ReadOptions input) {
      return ReadRecords.of(input);
    }

    @Override
    public Optional<String> suffix() {
      return Optional.empty();
    }

    @Override
    public List<String> identity() {
      return List.of();
    }
  }

  /** The first rows of the input. */
  record First(long rows) implements RowSelection {
    @Override
    public PTransform<PBegin, PCollection<Row>> read(ReadOptions input) {
      return ReadFirstRecords.of(input, rows);
    }

    @Override
    public Optional<String> suffix() {
      return Optional.of("limit-" + rows);
    }

    @Override
    public List<String> identity() {
      return List.of("limit", Long.toString(rows));
    }
  }

  /** A uniform sample. */
  record Sample(int rows, long seed) implements RowSelection {
    @Override
    public PTransform<PBegin, PCollection<Row>> read(ReadOptions input) {
      return ReadSampledRecords.of(input, rows, seed);
    }

    @Override
    public Optional<String> suffix() {
      return Optional.of("sample-" + rows);
    }

    @Override
    public List<String> identity() {
      return List.of("sample", Integer.toString(rows), Long.toString(seed));
    }
  }

  /**
   * Rows by their ids.
   *
   * @param ids in the order of the table, none twice
   */
  record Named(List<String> ids) implements RowSelection {
    private static final int HASH_DIGITS = 8;

    public Named {
      ids = ids.stream().distinct().sorted().toList();
    }

    @Override
    public PTransform<PBegin, PCollection<Row>> read(ReadOptions input) {
      return ReadNamedRecords.of(input, ids);
    }

    @Override
    public Optional<String> suffix() {
      String hash = Fingerprint.of(ids.toArray(String[]::new)).substring(0, HASH_DIGITS);
      return Optional.of("ids-" + hash);
    }

    @Override
    public List<String> identity() {
      return List.of("ids", Fingerprint.of(ids.toArray(String[]::new)));
    }
  }
}
