package com.example;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.open.Engines;
import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import dev.espalier.pipeline.AnswerRows;
import dev.espalier.pipeline.EngineFactory;
import dev.espalier.pipeline.RowRunnerFactory;
import dev.espalier.pipeline.RunOptions;
import dev.espalier.program.Program;
import dev.espalier.program.ProgramRunner;
import dev.espalier.program.RowRunner;
import java.nio.file.Path;
import java.util.List;

/** Sorts tickets with the built-in model: a transform for any Beam pipeline. */
public final class Tickets {
  private static final String MODEL = "builtin:nano";

  static final Program PROGRAM =
      s -> {
        s.system("You sort the tickets of a shop.");
        s.user(s.row("body"));
        s.select("category", List.of("billing", "shipping", "returns", "other"));
      };

  /** Takes rows with a field {@code body}; each gets a {@code category}. */
  public static AnswerRows answer(long seed) {
    return AnswerRows.with(new Model(), new Binding(), RunOptions.of("tickets", seed));
  }

  private record Model() implements EngineFactory {
    @Override
    public String key() {
      return MODEL;
    }

    @Override
    public Engine open() {
      return Engines.open(MODEL, EngineOptions.defaults());
    }
  }

  private record Binding() implements RowRunnerFactory {
    @Override
    public String key() {
      return MODEL + " tickets";
    }

    @Override
    public RowRunner create() {
      Path model = ModelDirectory.resolve(MODEL).path();
      try (Checkpoint checkpoint = Checkpoint.open(model)) {
        return ProgramRunner.builder(
                PROGRAM,
                HuggingFaceTokenizer.load(model),
                checkpoint.config().contextLength())
            .template(ChatTemplate.load(model))
            .build();
      }
    }
  }

  private Tickets() {}
}
