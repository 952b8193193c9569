package dev.espalier.jobs;

import dev.espalier.engine.ConstraintChecker;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.constrain.ConstraintCompiler;
import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import dev.espalier.engine.text.Tokenizer;
import dev.espalier.program.Program;
import dev.espalier.program.ProgramRunner;
import java.nio.file.Path;
import java.util.Optional;

/** What writing prompts needs of a model: everything but its weights. */
record TextSide(
    String family, int contextLength, Tokenizer tokenizer, Optional<ChatTemplate> template) {

  static TextSide load(Path model) {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      return new TextSide(
          checkpoint.config().architecture(),
          checkpoint.config().contextLength(),
          HuggingFaceTokenizer.load(model),
          ChatTemplate.load(model));
    }
  }

  /** Compiles constraints for the model's tokens. */
  ConstraintChecker constraints() {
    return new ConstraintCompiler(tokenizer, tokenizer.size());
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
