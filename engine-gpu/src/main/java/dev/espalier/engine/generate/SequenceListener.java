package dev.espalier.engine.generate;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.schedule.Sequence;

/** Hears how the sequences of a request fare, on the thread that runs the steps. */
public interface SequenceListener {

  /** The first tokens of a sequence went into a step; so many of its first ones were cached. */
  void began(int cachedTokens);

  /** A sequence has all it wanted. */
  void completed(Sequence sequence);

  /** A sequence cannot go on; the others of its request should be given up. */
  void failed(EngineException cause);
}
