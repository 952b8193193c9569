package dev.espalier.engine;

import org.junit.jupiter.api.Test;

/** Over logits that are a hash of the whole sequence. */
final class GenerationReferenceTest extends GenerationContract {

  @Test
  void outputsAreThoseOfThePlainReference() {
    for (boolean runsAhead : new boolean[] {true, false}) {
      try (EngineFixture fixture = new EngineFixture(4000, 4, 64, 8, CONTEXT, runsAhead)) {
        int first = runsAhead ? 0 : 1000;
        compare(fixture.engine, GenerationReferenceTest::logits, first, first + 1000, 0);
      }
    }
  }

  private static float[] logits(int[] tokens) {
    return HistoryRunner.logits(tokens, tokens.length, EngineFixture.TOKENIZER.size());
  }
}
