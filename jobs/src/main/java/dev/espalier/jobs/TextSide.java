package dev.espalier.jobs;

import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.open.Tokenizers;
import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.engine.text.Tokenizer;
import dev.espalier.program.Program;
import dev.espalier.program.ProgramRunner;
import dev.espalier.program.source.TargetModel;
import dev.espalier.program.source.TargetModel.Turns;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;

/** What writing prompts needs of a model: everything but its weights. */
record TextSide(
    String family,
    int contextLength,
    int vocabularySize,
    Tokenizer tokenizer,
    Optional<ChatTemplate> template) {

  /**
   * @param modelHash of the files in {@code model}
   */
  static TextSide load(String modelHash, Path model) {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      return new TextSide(
          checkpoint.config().architecture(),
          checkpoint.config().contextLength(),
          checkpoint.config().vocabularySize(),
          Tokenizers.of(modelHash, model),
          ChatTemplate.load(model));
    }
  }

  /** What programs are checked against. */
  TargetModel target() {
    return new TargetModel(
        new ConstraintCompiler(tokenizer, vocabularySize),
        vocabularySize,
        Optional.of(new HashSet<>(tokenizer.controlTokens().values())),
        turns());
  }

  private Turns turns() {
    if (template.isEmpty()) {
      return Turns.NO_TEMPLATE;
    } else if (template.get().writesNothing()) {
      return Turns.NOTHING;
    }
    return template.get().losesContent() ? Turns.NO_CONTENT : Turns.WRITTEN;
  }

  /**
   * @param inFlight most programs that run at once
   */
  ProgramRunner bind(Program program, int inFlight) {
    return ProgramRunner.builder(program, tokenizer, contextLength)
        .template(template)
        .threads(inFlight)
        .build();
  }
}
