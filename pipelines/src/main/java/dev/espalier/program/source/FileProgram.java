package dev.espalier.program.source;

import dev.espalier.program.Program;
import dev.espalier.program.State;
import java.util.List;
import java.util.Map;

/** A program file, ready to run. Thread-safe; serialised as its text. */
final class FileProgram implements Program {
  private final ProgramFile source;
  private final transient Map<String, Object> constants;
  private final transient List<FileStep> steps;

  FileProgram(ProgramFile source, Map<String, Object> constants, List<FileStep> steps) {
    this.source = source;
    this.constants = constants;
    this.steps = List.copyOf(steps);
  }

  @Override
  public void run(State state) {
    run(state, Map.of());
  }

  void run(State state, Map<String, Object> arguments) {
    FileStep.runAll(steps, state, new Frame(constants, arguments));
  }

  @Override
  public boolean reportsTokenLogprobs() {
    return FileStep.anyReportsTokens(steps);
  }

  private Object readResolve() {
    return source.load();
  }
}
