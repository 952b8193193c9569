package dev.espalier.jobs;

import static dev.espalier.program.Options.logprobs;
import static dev.espalier.program.Options.maxTokens;
import static dev.espalier.program.Options.regex;
import static dev.espalier.program.Options.temperature;

import dev.espalier.program.Program;
import dev.espalier.program.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Fails as long as the file is there that its row names, as a service does that is down. */
public final class Flaky implements Program {

  @Override
  public void run(State s) {
    s.text("Question: ").text(s.row("question")).text("\nAnswer:");
    s.select("kind", List.of("sum", "text"));
    if (!s.row("down").isEmpty() && Files.exists(Path.of(s.row("down")))) {
      throw new IllegalStateException("the service is down");
    }
    int digit = s.gen("digit", regex("[0-9]")).asInt();
    s.set("even", digit % 2 == 0);
    s.set("half", digit / 2.0);
    s.gen("answer", maxTokens(3), temperature(1.0), logprobs(2));
  }
}
