package dev.espalier.program;

import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs on a fake engine. */
final class Programs {
  private Programs() {}

  static Row row(Object... fields) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      map.put((String) fields[i], fields[i + 1]);
    }
    return Row.of("r1", map);
  }

  static ProgramRunner runner(Program program, WordTokenizer tokenizer) {
    return ProgramRunner.builder(program, tokenizer, 2048).template(new ChatMl()).build();
  }

  static RowOutcome run(Program program, Row row, FakeEngine engine, WordTokenizer tokenizer) {
    try (ProgramRunner runner = runner(program, tokenizer)) {
      return await(runner, row, engine);
    }
  }

  static RowOutcome await(ProgramRunner runner, Row row, FakeEngine engine) {
    return runner.run(row, engine, 7).orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** The values of an outcome by name. */
  static Map<String, Object> values(RowOutcome outcome) {
    Map<String, Object> values = new LinkedHashMap<>();
    outcome.values().forEach(value -> values.put(value.name(), value.value()));
    return values;
  }
}
