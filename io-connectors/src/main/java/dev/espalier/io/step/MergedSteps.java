package dev.espalier.io.step;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The steps of several files by row and key, each once: that of the last file that has it. */
final class MergedSteps implements Closeable {
  private final List<StepFile> files;

  /**
   * @param files in the order in which they were written
   */
  MergedSteps(List<StepFile> files) {
    this.files = List.copyOf(files);
  }

  /** Passes over the steps of rows before {@code row}. */
  void seek(String row) {
    files.forEach(file -> file.seek(row));
  }

  Optional<StepFile.Step> peek() {
    StepFile.Step first = null;
    for (StepFile file : files) {
      Optional<StepFile.Step> step = file.peek();
      if (step.isPresent() && (first == null || !first.isBefore(step.get()))) {
        first = step.get();
      }
    }
    return Optional.ofNullable(first);
  }

  void next() {
    Optional<StepFile.Step> taken = peek();
    for (StepFile file : files) {
      Optional<StepFile.Step> step = file.peek();
      if (step.isPresent() && step.get().hasPlaceOf(taken.orElseThrow())) {
        file.next();
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (StepFile file : files) {
      file.close();
    }
  }
}
