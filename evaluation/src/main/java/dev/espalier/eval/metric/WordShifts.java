package dev.espalier.eval.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shifts runs of words to where they match, as long as that saves edits: the greedy part of TER.
 */
final class WordShifts {
  private static final int LONGEST = 10;
  private static final int FARTHEST = 50;
  private static final int MOST_CANDIDATES = 1000;

  private final List<String> reference;
  private final BeamEditDistance distance;
  private List<String> words;
  private int candidates;

  private WordShifts(List<String> words, List<String> reference) {
    this.words = words;
    this.reference = reference;
    this.distance = new BeamEditDistance(reference);
  }

  /** The edits and shifts that make a reference of words. */
  static long edits(List<String> words, List<String> reference) {
    if (reference.isEmpty()) {
      return words.size();
    }
    WordShifts shifts = new WordShifts(words, reference);
    int count = 0;
    while (true) {
      Shift best = shifts.best();
      if (shifts.candidates >= MOST_CANDIDATES || best == null || best.saved <= 0) {
        break;
      }
      count++;
      shifts.words = best.words;
    }
    return count + shifts.distance.of(shifts.words).edits();
  }

  private record Shift(long saved, int length, int from, int to, List<String> words) {
    /**
     * By what it saves, then the longer one, the one from further left, the one to further left.
     */
    boolean isBetterThan(Shift other) {
      if (saved != other.saved) {
        return saved > other.saved;
      }
      if (length != other.length) {
        return length > other.length;
      }
      if (from != other.from) {
        return from < other.from;
      }
      if (to != other.to) {
        return to < other.to;
      }
      for (int i = 0; i < words.size(); i++) {
        int order = compare(words.get(i), other.words.get(i));
        if (order != 0) {
          return order > 0;
        }
      }
      return false;
    }

    /** By code points, as Python compares texts. */
    private static int compare(String left, String right) {
      return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
    }
  }

  /** The best shift of the words as they are; null if there is none to try. */
  private Shift best() {
    BeamEditDistance.Result before = distance.of(words);
    Alignment alignment = new Alignment(before.trace());
    Shift best = null;
    for (int from = 0; from < words.size(); from++) {
      for (int at = 0; at < reference.size(); at++) {
        if (Math.abs(at - from) > FARTHEST) {
          continue;
        }
        for (int length = 1; length <= matching(from, at); length++) {
          if (alignment.isWorthShifting(from, at, length)) {
            best = tried(best, before.edits(), alignment, from, at, length);
          }
          if (candidates >= MOST_CANDIDATES) {
            return best;
          }
        }
      }
    }
    return best;
  }

  /** How many words are equal from here, up to a limit. */
  private int matching(int from, int at) {
    int length = 0;
    while (length < LONGEST
        && from + length < words.size()
        && at + length < reference.size()
        && words.get(from + length).equals(reference.get(at + length))) {
      length++;
    }
    return length;
  }

  private Shift tried(Shift best, long edits, Alignment alignment, int from, int at, int length) {
    Shift better = best;
    int previous = -1;
    for (int offset = -1; offset < length; offset++) {
      int to;
      if (at + offset == -1) {
        to = 0;
      } else if (alignment.hasReference(at + offset)) {
        to = alignment.place(at + offset) + 1;
      } else {
        break;
      }
      if (to == previous) {
        continue;
      }
      previous = to;
      List<String> shifted = shifted(from, length, to);
      Shift shift = new Shift(edits - distance.of(shifted).edits(), length, from, to, shifted);
      candidates++;
      if (better == null || shift.isBetterThan(better)) {
        better = shift;
      }
    }
    return better;
  }

  private List<String> shifted(int from, int length, int to) {
    List<String> shifted = new ArrayList<>(words.size());
    List<String> run = words.subList(from, from + length);
    if (to < from) {
      shifted.addAll(words.subList(0, to));
      shifted.addAll(run);
      shifted.addAll(words.subList(to, from));
      shifted.addAll(words.subList(from + length, words.size()));
    } else {
      // Within the run itself the place counts from behind it.
      int end = Math.min(words.size(), to > from + length ? to : length + to);
      shifted.addAll(words.subList(0, from));
      shifted.addAll(words.subList(from + length, end));
      shifted.addAll(run);
      shifted.addAll(words.subList(end, words.size()));
    }
    return shifted;
  }

  /** Where the words of the reference stand among the words, and which of both are wrong. */
  private static final class Alignment {
    private final List<Integer> places = new ArrayList<>();
    private final List<Boolean> wrongInReference = new ArrayList<>();
    private final List<Boolean> wrongInWords = new ArrayList<>();

    /**
     * @param trace edits that make the reference of the words
     */
    Alignment(String trace) {
      for (int i = 0; i < trace.length(); i++) {
        char edit = trace.charAt(i);
        switch (edit) {
          case BeamEditDistance.NONE, BeamEditDistance.SUBSTITUTE -> {
            boolean isWrong = edit == BeamEditDistance.SUBSTITUTE;
            places.add(wrongInWords.size());
            wrongInWords.add(isWrong);
            wrongInReference.add(isWrong);
          }
          case BeamEditDistance.DELETE -> wrongInWords.add(true);
          default -> {
            places.add(wrongInWords.size() - 1);
            wrongInReference.add(true);
          }
        }
      }
    }

    boolean hasReference(int index) {
      return index < places.size();
    }

    int place(int index) {
      return places.get(index);
    }

    /** Whether a word of both runs is wrong, and the run is not shifted into itself. */
    boolean isWorthShifting(int from, int at, int length) {
      return wrongInWords.subList(from, from + length).contains(true)
          && wrongInReference.subList(at, at + length).contains(true)
          && !(from <= place(at) && place(at) < from + length);
    }
  }
}
