package dev.espalier.engine.constrain.vocabulary;

import dev.espalier.engine.ShortestOutput;

/** A compiled constraint that knows what it costs to keep, and how much it asks for. */
public interface SizedConstraint extends CompiledConstraint {

  /** About how many bytes of memory it takes, masks not counted. */
  long sizeInBytes();

  /** How short an output can be. Computed when asked for, with a bounded number of steps. */
  ShortestOutput shortestOutput();
}
