package dev.espalier.engine.constrain.network;

import dev.espalier.engine.constrain.vocabulary.Mask;
import dev.espalier.engine.constrain.vocabulary.MaskCache;

/**
 * What tokens can do from one state of a network, begun at the root of the vocabulary's tree or
 * inside of it, up to the end of the state's automaton.
 *
 * @param tokens that can be read
 * @param ends nodes of the vocabulary's tree at which the automaton can end, ascending
 * @param steps that it took to find them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
record Continuations(Mask tokens, int[] ends, long steps) implements MaskCache.Entry {

  @Override
  public long sizeInBytes() {
    return tokens.sizeInBytes() + 4L * ends.length + 40;
  }
}
