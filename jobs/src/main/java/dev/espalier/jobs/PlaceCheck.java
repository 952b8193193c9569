package dev.espalier.jobs;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.IoReason;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.program.source.ProgramSource;
import java.io.IOException;
import java.util.Optional;

/** Finds out what is in the place of a job's table, and whether the job may write there. */
final class PlaceCheck {
  private final JobFile job;
  private final JobFile.Reading reading;
  private final boolean runs;
  private final FieldProblems problems;

  /**
   * @param runs whether the job is going to write there
   * @param problems takes what is wrong with {@code output.path}
   */
  PlaceCheck(JobFile job, JobFile.Reading reading, boolean runs, FieldProblems problems) {
    this.job = job;
    this.reading = reading;
    this.runs = runs;
    this.problems = problems;
  }

  /**
   * What can be known of the place before it is known what its table would be.
   *
   * @param goesOn whether the rest of the job is right, so that the place is looked at again
   */
  void beforeTable(InputCheck input, boolean goesOn) {
    Optional<String> overlap =
        Overlap.of(job.output().path(), job.input().path(), input.files(), job.model());
    overlap.ifPresent(
        message -> problems.add("output.path", message, "choose a directory of its own"));
    if (!goesOn || overlap.isPresent()) {
      // The right to write there; whose table it is depends on what could not be read.
      try {
        if (runs) {
          OutputCheck.writable(output("unknown"));
        }
      } catch (FileProblemException e) {
        problems.add("output.path", e);
      }
    }
  }

  /**
   * The table's place, whose table may have been written by a version that read the input first.
   */
  WriteOptions output(
      String model, ProgramSource program, InputCheck input, ReadOptions options, RowSelection rows)
      throws ConfigurationException {
    WriteOptions output = output(fingerprint(model, program, ""));
    if (job.output().shards() == WriteOptions.AUTO_SHARDS) {
      // There was one shard unless more were asked for.
      output = output.withFormerFingerprint(fingerprint(model, program, "", 1));
    }
    try {
      if (!rows.identity().isEmpty()) {
        // Its manifest cannot tell of an input that was not read whole.
        String contents = Fingerprint.ofContents(input, options.storage());
        return output(fingerprint(model, program, contents + String.join(" ", rows.identity())));
      }
      Optional<Manifest> table = manifest(output);
      if (table.isEmpty() || !table.get().fingerprintTellsInput()) {
        return output;
      }
      String contents = Fingerprint.ofContents(input, options.storage());
      return output.withFormerFingerprint(
          fingerprint(model, program, contents, Math.max(1, job.output().shards())));
    } catch (IOException e) {
      throw new ConfigurationException(
          reading.place("input.path"),
          "cannot be compared with the table in " + output.path() + ": " + IoReason.of(e),
          "check the paths and their file systems");
    }
  }

  /** Empty too where none can be read: the check of the place says why. */
  private static Optional<Manifest> manifest(WriteOptions output) {
    try {
      return Manifest.read(output.path(), output.storage());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * @param contents of the input; empty where a manifest tells of it
   */
  private String fingerprint(String model, ProgramSource program, String contents) {
    return fingerprint(model, program, contents, job.output().shards());
  }

  private String fingerprint(String model, ProgramSource program, String contents, int shards) {
    return Fingerprint.ofTable(job, model, program.hash(), contents, shards);
  }

  /**
   * @param looks whether nothing is going to be written there
   */
  TableState state(WriteOptions output, InputComparison inputs, boolean looks) {
    try {
      return runs && !looks ? OutputCheck.of(output, inputs) : OutputCheck.look(output, inputs);
    } catch (FileProblemException e) {
      problems.add("output.path", e);
    }
    return TableState.NEW;
  }

  /** The current snapshot of the job's table, if it has snapshots. */
  Optional<String> current(RowSelection rows) throws ConfigurationException {
    if (rows.suffix().isPresent()) {
      return Optional.empty(); // the table of a trial has none
    }
    String home = job.output().path();
    try {
      String current = Snapshots.pathToRead(home, job.storage());
      return current.equals(home) ? Optional.empty() : Optional.of(current);
    } catch (FileProblemException e) {
      throw new ConfigurationException(reading.place("output.path"), e.problem(), e.remedy());
    } catch (IOException e) {
      throw new ConfigurationException(
          reading.place("output.path"),
          home + ": cannot be read: " + IoReason.of(e),
          "check the path and its file system");
    }
  }

  /** Files that belong to no table are refused; of whatever job a table is, it can be replaced. */
  void foreign(WriteOptions output) {
    WriteOptions place = output.withOverwrite(true);
    try {
      var unused =
          runs
              ? OutputCheck.of(place, manifest -> false)
              : OutputCheck.look(place, manifest -> false);
    } catch (FileProblemException e) {
      problems.add("output.path", e);
    }
  }

  boolean isWhole(String table) {
    try {
      return OutputCheck.isWhole(table, job.storage());
    } catch (FileProblemException e) {
      problems.add("output.path", e);
    } catch (IOException e) {
      problems.add("output.path", FileProblemException.unreadable(table, e));
    }
    return false;
  }

  private WriteOptions output(String fingerprint) {
    return WriteOptions.of(job.output().path(), fingerprint, job.output().shards())
        .withOverwrite(job.output().overwrite())
        .withStorage(job.storage());
  }
}
