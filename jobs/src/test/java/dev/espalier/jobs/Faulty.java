package dev.espalier.jobs;

import static dev.espalier.program.Options.maxTokens;
import static dev.espalier.program.Options.regex;
import static dev.espalier.program.Options.temperature;

import dev.espalier.program.Program;
import dev.espalier.program.State;

/** Fails in the way that its row asks for. */
public final class Faulty implements Program {

  @Override
  public void run(State s) {
    s.text("Question: ").text(s.row("question")).text("\nAnswer:");
    switch (s.row("fault")) {
      case "throws" -> throw new IllegalStateException("the program gave up");
      case "too long" -> s.text(" and so on".repeat(3000)).gen("answer");
      case "no token" -> s.gen("answer", regex("[^\\x{0}-\\x{10FFFF}]"));
      case "bad regex" -> s.gen("answer", regex("(unclosed"));
      case "bad parameter" -> s.gen("answer", temperature(-1));
      case "no number" -> s.gen("answer", regex("[a-z]{3}"), maxTokens(4)).asInt();
      case "never set" -> s.get("nothing");
      case "late" -> {
        s.gen("answer", maxTokens(3));
        throw new IllegalArgumentException("after the answer");
      }
      default -> s.gen("answer", maxTokens(3));
    }
  }
}
