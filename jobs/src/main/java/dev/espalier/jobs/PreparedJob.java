package dev.espalier.jobs;

import dev.espalier.engine.Devices;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.table.TableColumns;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.pipeline.RowRunnerFactory;
import java.nio.file.Path;

/**
 * A job that was looked over: nothing that can be known beforehand stands in its way.
 *
 * @param modelHash see {@link dev.espalier.engine.open.HashedModel#hash}
 * @param family architecture of the model
 * @param work what is done with each row
 * @param rows which rows of the input run
 * @param columns what is known of the table's columns
 * @param state what is at the place of the table
 * @param inputs the files of the input, to compare with those of a table
 * @param way how the table comes into its place
 */
record PreparedJob(
    JobFile file,
    String modelHash,
    String family,
    RowWork work,
    ReadOptions input,
    RowSelection rows,
    WriteOptions output,
    TableColumns columns,
    TableState state,
    InputComparison inputs,
    Way way) {

  /** How a table comes into its place. */
  enum Way {
    /** It is the place. */
    TABLE,
    /** Each is a new snapshot in the place. */
    SNAPSHOT,
    /** The same, from the one before. */
    REFRESH
  }

  boolean makesSnapshots() {
    return way != Way.TABLE;
  }

  /** What a person knows the job by. */
  String name() {
    Path name = file.file().getFileName();
    return name + " → " + PlainUrls.in(output.path());
  }

  PreparedJob writing(WriteOptions place) {
    return new PreparedJob(
        file, modelHash, family, work, input, rows, place, columns, state, inputs, way);
  }

  /** Each device of a worker runs so many; all its GPUs are taken for eight, which is usual. */
  private int inFlight() {
    Devices devices = file.engine().device();
    int count = devices.isAllGpus() ? 8 : devices.each().size();
    return file.plan().inFlight() * count;
  }

  /** The factory of what does the work on workers. */
  RowRunnerFactory binding() {
    return work.runners(this, inFlight());
  }

  /** The factory of engines on workers. */
  ModelOnDevice engines() {
    return new ModelOnDevice(
        file.model(), modelHash, file.engine(), file.storage(), file.runner().master().isPresent());
  }

  /** What decides the outcome of a row besides the row: its journal serves runs that share this. */
  String journalFingerprint() {
    return Fingerprint.of(
        "journal of rows with what was read of them",
        modelHash,
        work.hash(),
        Long.toString(file.seed()),
        Fingerprint.arithmetic(file.engine()));
  }
}
