package dev.espalier.jobs;

import static dev.espalier.program.Options.maxTokens;

import dev.espalier.program.Program;
import dev.espalier.program.State;

/** Asks for more memory than there is at row r2, once the others are answered. */
public final class Breaking implements Program {

  @Override
  public void run(State s) {
    s.text(s.row("body"));
    if (s.row("body").startsWith("Invoice")) {
      s.gen("long", maxTokens(8)).asString();
      throw new OutOfMemoryError("as a virtual machine throws it");
    }
    s.gen("short", maxTokens(1));
  }
}
