package dev.espalier.engine.constrain.vocabulary;

/** A compiled constraint that knows what it costs to keep. */
public interface SizedConstraint extends CompiledConstraint {

  /** About how many bytes of memory it takes, masks not counted. */
  long sizeInBytes();
}
