package dev.espalier.engine.constrain.network;

import dev.espalier.engine.ShortestOutput;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.vocabulary.Mask;
import dev.espalier.engine.constrain.vocabulary.MaskCache;
import dev.espalier.engine.constrain.vocabulary.SizedConstraint;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie.Part;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A constraint whose automata call each other.
 *
 * <p>Which tokens may come is a union over the places of the configuration, and for one place it
 * depends on its state and, for the tokens in which its automaton ends, on the states to which the
 * callers return, and so on down the stack. So what is cached is {@link Continuations} by state,
 * then by state and return state, and so on, as deep as a token can reach.
 */
public final class NetworkConstraint implements SizedConstraint {
  /** A stack that tokens can empty in more ways is looked at as a whole, and not cached. */
  private static final int MAX_LOOKUPS = 256;

  /** To find the tokens that may follow at one place. */
  private static final long MAX_MASK_STEPS = 10_000_000;

  /** To read one token. It bounds the memory of what is read, too: a caller is found in a step. */
  private static final long MAX_TOKEN_STEPS = 2_000_000;

  /** To read a whole text. */
  private static final long MAX_TEXT_STEPS = 50_000_000;

  private final Network network;
  private final VocabularyTrie vocabulary;
  private final MaskCache masks;
  private final NetworkState start;

  /** Of each state: short tokens do the same from all states of a class. */
  private final int[] classOf;

  /**
   * @param network each byte that occurs in its texts is a token of its own
   */
  public NetworkConstraint(
      Network network, VocabularyTrie vocabulary, MaskCache masks, CompilationBudget budget) {
    this.network = network;
    this.vocabulary = vocabulary;
    this.masks = masks;
    this.classOf = network.classesOfShortTokens(budget);
    this.start = new NetworkState(Recognizer.start(network, new ParseSteps(MAX_TOKEN_STEPS)));
  }

  @Override
  public State start() {
    return start;
  }

  @Override
  public boolean accepts(byte[] bytes, int length) {
    Configuration at = start.configuration;
    ParseSteps steps = new ParseSteps(MAX_TEXT_STEPS);
    for (int i = 0; i < length && at != null; i++) {
      at = Recognizer.step(network, at, bytes[i] & 0xFF, null, steps);
    }
    return at != null && at.isComplete();
  }

  @Override
  public long sizeInBytes() {
    return 512L * network.stateCount();
  }

  @Override
  public ShortestOutput shortestOutput() {
    int bytes = network.bytesToEnd()[network.start()];
    return new ShortestOutput(bytes, vocabulary.fewestTokens(bytes));
  }

  /**
   * @param place a state, followed by the states to which its callers return, innermost first
   */
  private Continuations continuations(int[] place) {
    return masks.get(this, place, () -> compute(place));
  }

  private Continuations compute(int[] place) {
    int state = place[place.length - 1];
    if (place.length == 1) {
      Continuations shorts =
          masks.get(
              this,
              new int[] {~classOf[state]},
              () -> alone(state, Part.SHORT, Mask.wordsFor(vocabulary.vocabularySize())));
      Continuations all = alone(state, Part.LONG, shorts.tokens().words().clone());
      return new Continuations(
          all.tokens(),
          IntStream.concat(IntStream.of(shorts.ends()), IntStream.of(all.ends()))
              .sorted()
              .toArray(),
          shorts.steps() + all.steps());
    }
    long[] words = Mask.wordsFor(vocabulary.vocabularySize());
    ParseSteps steps = new ParseSteps(MAX_MASK_STEPS);
    TokenWalk walk = new TokenWalk(network, vocabulary, words, steps);
    Configuration configuration = Recognizer.at(network, state, walk.pool(), steps);
    for (int node : continuations(Arrays.copyOf(place, place.length - 1)).ends()) {
      if (configuration.isComplete()) {
        walk.addEnd(node);
      }
      walk.below(node, configuration);
    }
    return new Continuations(Mask.of(words), walk.ends(), steps.taken());
  }

  /**
   * From a state without its callers; what it calls has places of its own in every configuration.
   */
  private Continuations alone(int state, Part part, long[] words) {
    ParseSteps steps = new ParseSteps(MAX_MASK_STEPS);
    TokenWalk walk = new TokenWalk(network, vocabulary, words, steps);
    Configuration alone = new Configuration(new int[] {state}, new Frame[] {Frame.BASE}, false);
    walk.below(0, alone, part);
    return new Continuations(Mask.of(words), walk.ends(), steps.taken());
  }

  /** Adds up the continuations of one configuration. */
  private final class Union {
    private Mask only;
    private long[] words;
    private int lookups;

    /** Of all that is looked up, computed here or before: the same wherever it is known. */
    private final ParseSteps steps = new ParseSteps(MAX_MASK_STEPS);

    /** Returns false if there are too many to look up. */
    private boolean add(int[] place, Frame frame) {
      if (++lookups > MAX_LOOKUPS) {
        return false;
      }
      Continuations found = continuations(place);
      steps.take(found.steps());
      add(found.tokens());
      if (found.ends().length > 0) {
        for (int i = 0; i < frame.size(); i++) {
          int[] deeper = Arrays.copyOf(place, place.length + 1);
          deeper[place.length] = frame.returnState(i);
          if (!add(deeper, frame.caller(i))) {
            return false;
          }
        }
      }
      return true;
    }

    private void add(Mask tokens) {
      if (tokens.count() == 0) {
        return;
      }
      if (only == null && words == null) {
        only = tokens;
        return;
      }
      if (words == null) {
        words = only.words().clone();
        only = null;
      }
      for (int i = 0; i < words.length; i++) {
        words[i] |= tokens.words()[i];
      }
    }

    private Mask mask() {
      if (only != null) {
        return only;
      }
      return Mask.of(words == null ? Mask.wordsFor(vocabulary.vocabularySize()) : words);
    }
  }

  private final class NetworkState implements State {
    private final Configuration configuration;
    private volatile Mask mask;

    private NetworkState(Configuration configuration) {
      this.configuration = configuration;
    }

    private Mask mask() {
      Mask known = mask;
      if (known == null) {
        known = computeMask();
        mask = known;
      }
      return known;
    }

    private Mask computeMask() {
      Union union = new Union();
      for (int i = 0; i < configuration.size(); i++) {
        if (!union.add(new int[] {configuration.state(i)}, configuration.frame(i))) {
          long[] words = Mask.wordsFor(vocabulary.vocabularySize());
          new TokenWalk(network, vocabulary, words, new ParseSteps(MAX_MASK_STEPS))
              .below(0, configuration);
          return Mask.of(words);
        }
      }
      return union.mask();
    }

    @Override
    public long[] allowed() {
      return mask().words();
    }

    @Override
    public boolean mayEnd() {
      return configuration.isComplete();
    }

    @Override
    public boolean isFinal() {
      return configuration.size() == 0;
    }

    @Override
    public int forced() {
      return mayEnd() ? -1 : mask().only();
    }

    @Override
    public State next(int token) {
      byte[] bytes = vocabulary.bytes(token);
      ParseSteps steps = new ParseSteps(MAX_TOKEN_STEPS);
      Configuration next = bytes.length == 0 ? null : configuration;
      for (int i = 0; i < bytes.length && next != null; i++) {
        next = Recognizer.step(network, next, bytes[i] & 0xFF, null, steps);
      }
      if (next == null) {
        throw new IllegalArgumentException("token " + token + " is not allowed here");
      }
      return new NetworkState(next);
    }
  }
}
