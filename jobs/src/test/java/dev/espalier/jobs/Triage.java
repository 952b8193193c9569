package dev.espalier.jobs;

import static dev.espalier.program.Options.maxTokens;
import static dev.espalier.program.Options.regex;
import static dev.espalier.program.Options.type;

import dev.espalier.program.Program;
import dev.espalier.program.State;
import dev.espalier.row.ValueType;
import java.util.List;

/** A short triage, as a job file names it by its class. */
public final class Triage implements Program {
  private static final List<String> CATEGORIES =
      List.of(
          "billing",
          "shipping",
          "returns",
          "technical",
          "account",
          "product",
          "complaint",
          "other");

  @Override
  public void run(State s) {
    s.user("Classify the ticket: " + String.join(", ", CATEGORIES) + ".\n\n" + s.row("body"));
    s.select("category", CATEGORIES);
    s.user("Rate the urgency from 1 to 5.");
    if (s.gen("urgency", regex("[1-5]"), type(ValueType.INTEGER)).asInt() >= 4) {
      s.user("Write a reply to the customer in numbered steps.").gen("reply", maxTokens(24));
    } else {
      s.user("Write a reply to the customer in one sentence.").gen("reply", maxTokens(12));
    }
  }
}
