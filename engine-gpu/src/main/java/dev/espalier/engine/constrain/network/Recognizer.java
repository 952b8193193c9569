package dev.espalier.engine.constrain.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a text byte by byte through a network, all its derivations at once, as Earley's algorithm
 * does ("An efficient context-free parsing algorithm", 1970): all calls of one automaton at one
 * place share a frame, so any grammar, ambiguous or left-recursive, is read in polynomial time.
 * Calls in the last place of an automaton return to their caller's callers, so lists that call
 * themselves at their end do not grow the stack. One step, used once.
 */
final class Recognizer {
  private final Network network;
  private final FramePool pool;
  private final ParseSteps steps;
  private final PairIndex known = new PairIndex();
  private int[] states = new int[8];
  private Frame[] frames = new Frame[8];
  private int size;
  private boolean complete;

  /** The automata called at this place, by their starts, and their frames. */
  private final List<Integer> callees = new ArrayList<>(4);

  private final List<Frame> calleeFrames = new ArrayList<>(4);

  private Recognizer(Network network, FramePool pool, ParseSteps steps) {
    this.network = network;
    this.pool = pool;
    this.steps = steps;
  }

  /** Before the first byte. */
  static Configuration start(Network network, ParseSteps steps) {
    return at(network, network.start(), null, steps);
  }

  /** In {@code state}, and nowhere else, of an automaton that nobody called. */
  static Configuration at(Network network, int state, FramePool pool, ParseSteps steps) {
    Recognizer recognizer = new Recognizer(network, pool, steps);
    recognizer.add(state, Frame.BASE);
    return recognizer.complete();
  }

  /**
   * After {@code symbol}, a byte; null if it cannot come.
   *
   * @param pool makes frames that are alike the same one, or null
   */
  static Configuration step(
      Network network, Configuration from, int symbol, FramePool pool, ParseSteps steps) {
    steps.take(from.size());
    Recognizer recognizer = null;
    for (int i = 0; i < from.size(); i++) {
      int next = network.next(from.state(i), symbol);
      if (next >= 0) {
        if (recognizer == null) {
          recognizer = new Recognizer(network, pool, steps);
        }
        recognizer.add(next, from.frame(i));
      }
    }
    return recognizer == null ? null : recognizer.complete();
  }

  private void add(int state, Frame frame) {
    steps.take(1);
    if (!known.add(state, frame, states, frames, size)) {
      return;
    }
    if (size == states.length) {
      states = Arrays.copyOf(states, 2 * size);
      frames = Arrays.copyOf(frames, 2 * size);
    }
    states[size] = state;
    frames[size++] = frame;
  }

  /** Follows all calls and returns, and keeps the states that read a byte. */
  private Configuration complete() {
    for (int i = 0; i < size; i++) {
      if (network.accepts(states[i])) {
        end(frames[i]);
      }
      for (Network.Call call : network.calls(states[i])) {
        call(call, frames[i]);
      }
    }
    calleeFrames.forEach(Frame::close);
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (network.reads(states[i])) {
        states[kept] = states[i];
        frames[kept++] = frames[i];
      }
    }
    if (pool != null) {
      pool.share(calleeFrames, frames, kept);
    }
    return new Configuration(Arrays.copyOf(states, kept), Arrays.copyOf(frames, kept), complete);
  }

  /** The automaton of {@code frame} ends. */
  private void end(Frame frame) {
    if (frame == Frame.BASE) {
      complete = true;
    } else if (!frame.isOpen()) {
      for (int i = 0; i < frame.size(); i++) {
        add(frame.returnState(i), frame.caller(i));
      }
    } // else it was called here and read nothing: its callers went on when they called it
  }

  private void call(Network.Call call, Frame caller) {
    steps.take(1 + callees.size() / 16);
    int index = callees.indexOf(call.callee());
    Frame callee;
    if (index >= 0) {
      callee = calleeFrames.get(index);
    } else {
      callee = new Frame();
      callees.add(call.callee());
      calleeFrames.add(callee);
      add(call.callee(), callee);
    }
    if (network.isEnd(call.target()) && !caller.isOpen() && caller != Frame.BASE) {
      steps.take(caller.size());
      for (int i = 0; i < caller.size(); i++) {
        callee.addCaller(caller.returnState(i), caller.caller(i));
      }
    } else {
      callee.addCaller(call.target(), caller);
    }
    if (network.isNullable(call.callee())) {
      add(call.target(), caller);
    }
  }
}
