package dev.espalier.pipeline;

import dev.espalier.engine.Engine;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.SeedPath;
import dev.espalier.engine.TokenSequence;
import dev.espalier.program.RowRunner;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * A program that generates one answer from the tokens in the row's field {@code tokens}. Without
 * tokens it asks for nothing; with a field {@code fails} it ends in an error after its generation.
 */
final class FakeRunner implements RowRunner {

  /** One runner in a JVM, as programs are shared. */
  record Factory(String key) implements RowRunnerFactory {
    @Override
    public RowRunner create() {
      return new FakeRunner();
    }
  }

  @Override
  public TokenSequence opening(Row row) {
    String tokens = (String) row.fields().getOrDefault("tokens", "");
    return tokens.isEmpty()
        ? TokenSequence.empty()
        : TokenSequence.of(
            Pattern.compile(" ").splitAsStream(tokens).mapToInt(Integer::parseInt).toArray());
  }

  @Override
  public CompletableFuture<RowOutcome> run(Row row, Engine engine, long runSeed) {
    TokenSequence prompt = opening(row);
    if (prompt.isEmpty()) {
      NamedValue none = new NamedValue("answer", ValueType.STRING, null);
      return CompletableFuture.completedFuture(
          new RowOutcome(row.id(), List.of(none), List.of(), Optional.empty()));
    }
    GenerationRequest request =
        GenerationRequest.of(prompt, SamplingParameters.defaults())
            .withSeed(new SeedPath(runSeed, row.id(), "answer"));
    return engine.generate(request).thenApply(result -> outcome(row, result));
  }

  private static RowOutcome outcome(Row row, GenerationResult result) {
    String text = result.first().text();
    StepTrace step =
        new StepTrace("answer", "gen", result.promptTokens(), 0, 2, "stop", -0.5, text);
    if (row.fields().containsKey("fails")) {
      RowError error = new RowError("PROGRAM_FAILED", "the program threw", "answer");
      return new RowOutcome(row.id(), List.of(), List.of(step), Optional.of(error));
    }
    NamedValue answer = new NamedValue("answer", ValueType.STRING, text);
    return new RowOutcome(row.id(), List.of(answer), List.of(step), Optional.empty());
  }
}
