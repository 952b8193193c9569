package dev.espalier.program.source;

import dev.espalier.program.Program;
import dev.espalier.program.State;
import dev.espalier.row.Column;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A program file, ready to run. Thread-safe; serialised as its text. */
final class FileProgram implements Program {
  private final ProgramFile source;
  private final transient Map<String, Object> constants;
  private final transient List<FileStep> steps;
  private final transient List<Column> columns;

  FileProgram(
      ProgramFile source,
      Map<String, Object> constants,
      List<FileStep> steps,
      List<Column> columns) {
    this.source = source;
    this.constants = constants;
    this.steps = List.copyOf(steps);
    this.columns = List.copyOf(columns);
  }

  @Override
  public Optional<List<Column>> columns() {
    return Optional.of(columns);
  }

  @Override
  public void run(State state) {
    run(state, Map.of(), new RowBudget());
  }

  void run(State state, Map<String, Object> arguments, RowBudget budget) {
    FileStep.runAll(steps, state, new Frame(constants, arguments, budget));
  }

  @Override
  public boolean reportsTokenLogprobs() {
    return FileStep.anyReportsTokens(steps);
  }

  @Override
  public OptionalLong mostGeneratedTokens() {
    return FileStep.mostGeneratedTokens(steps);
  }

  private Object readResolve() {
    return source.load();
  }
}
