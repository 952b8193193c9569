package dev.espalier.engine.model;

/** Where the weights of a model come from. */
public interface WeightSource {

  /**
   * The tensor {@code name}.
   *
   * @param shape the lengths it must have
   * @throws dev.espalier.engine.EngineException CHECKPOINT_INVALID if there is none, or one of
   *     another shape
   */
  WeightTensor tensor(String name, int... shape);
}
