package dev.espalier.engine.constrain.schema;

import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.Nfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.regex.Regex;
import dev.espalier.engine.constrain.regex.RegexDialect;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Automata over the characters of numbers in decimal digits, without an exponent. */
final class DecimalLanguages {
  /** Numbers as JSON writes them. */
  static final Dfa ANY = regex("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  static final Dfa PLAIN = regex("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");
  static final Dfa INTEGER = regex("-?(0|[1-9][0-9]*)");

  /** Numbers with a fractional part that is not 0. */
  static final Dfa FRACTION = regex("-?(0|[1-9][0-9]*)\\.[0-9]*[1-9][0-9]*");

  private static final int MAX_RESIDUES = 20_000;
  private static final SymbolSet DIGIT = SymbolSet.range('0', '9');
  private static final SymbolSet POINT = SymbolSet.of('.');
  private static final SymbolSet MINUS = SymbolSet.of('-');

  private DecimalLanguages() {}

  private static Dfa regex(String pattern) {
    return Regex.matching(pattern, RegexDialect.STANDARD);
  }

  /** The spellings of the numbers that {@code bound} allows; of other texts it may accept some. */
  static Dfa within(NumberFacts.Bound bound, CompilationBudget budget) {
    BigDecimal value = bound.value();
    BigDecimal size = value.abs();
    boolean below = !bound.lower();
    Nfa nfa = new Nfa(budget);
    int positive = nfa.addState();
    int negative = nfa.addState();
    nfa.epsilon(0, positive);
    nfa.edge(0, MINUS, negative);
    // Of a number with the sign of the bound the size is compared; the other sign decides itself.
    boolean negativeBound = value.signum() < 0;
    addSizes(nfa, negativeBound ? negative : positive, size, below != negativeBound, bound);
    if (value.signum() == 0) {
      addSizes(nfa, negative, size, !below, bound);
    } else if (negativeBound != below) {
      addAll(nfa, negativeBound ? positive : negative);
    }
    return nfa.toDfa();
  }

  /** The spellings of {@code number}, with zeros at the end of its fraction or without. */
  static Dfa spellings(BigDecimal number, CompilationBudget budget) {
    String plain = JsonValues.plain(number);
    String zeros = plain.indexOf('.') < 0 ? "(\\.0+)?" : "0*";
    return Regex.matching(
        (number.signum() == 0 ? "-?" : "") + plain.replace(".", "\\.") + zeros,
        RegexDialect.STANDARD,
        budget);
  }

  private static void addAll(Nfa nfa, int from) {
    int any = nfa.addState();
    nfa.edge(from, DIGIT, any);
    nfa.edge(any, DIGIT.union(POINT), any);
    nfa.accept(any);
  }

  /**
   * Adds the sizes, numbers without a sign, that are {@code below} the size {@code limit} or above
   * it, or equal if the bound is inclusive.
   */
  private static void addSizes(
      Nfa nfa, int from, BigDecimal limit, boolean below, NumberFacts.Bound bound) {
    String plain = JsonValues.plain(limit);
    int point = plain.indexOf('.');
    String whole = point < 0 ? plain : plain.substring(0, point);
    String fraction = point < 0 ? "" : plain.substring(point + 1);
    // While all digits are those of the limit, "equal" tells how many of them were read.
    int[] equal = new int[whole.length() + 1];
    int[] smaller = new int[whole.length() + 1];
    int[] larger = new int[whole.length() + 1];
    equal[0] = from;
    for (int i = 1; i <= whole.length(); i++) {
      equal[i] = nfa.addState();
      smaller[i] = nfa.addState();
      larger[i] = nfa.addState();
      int digit = whole.charAt(i - 1);
      nfa.edge(equal[i - 1], SymbolSet.of(digit), equal[i]);
      nfa.edge(equal[i - 1], SymbolSet.range('0', digit - 1), smaller[i]);
      nfa.edge(equal[i - 1], SymbolSet.range(digit + 1, '9'), larger[i]);
      if (i > 1) {
        nfa.edge(smaller[i - 1], DIGIT, smaller[i]);
        nfa.edge(larger[i - 1], DIGIT, larger[i]);
      }
    }
    int longer = nfa.addState();
    int last = whole.length();
    for (int state : new int[] {equal[last], smaller[last], larger[last], longer}) {
      nfa.edge(state, DIGIT, longer);
    }
    int decided = nfa.addState(); // after the point, whatever comes
    nfa.edge(decided, DIGIT, decided);
    nfa.accept(decided);
    for (int i = 1; i <= last; i++) {
      // A number with fewer digits is smaller, whatever these are.
      boolean isBelow = i < last;
      acceptDecided(nfa, smaller[i], decided, below);
      acceptDecided(nfa, larger[i], decided, isBelow == below);
      if (i < last) {
        acceptDecided(nfa, equal[i], decided, below);
      }
    }
    acceptDecided(nfa, longer, decided, !below);
    addFractions(nfa, equal[last], fraction, decided, below, bound.inclusive());
  }

  /** If {@code wanted}, the number may end in {@code state}, or go on with any fraction. */
  private static void acceptDecided(Nfa nfa, int state, int decided, boolean wanted) {
    if (wanted) {
      nfa.accept(state);
      nfa.edge(state, POINT, decided);
    }
  }

  /** The whole part is that of the limit. */
  private static void addFractions(
      Nfa nfa, int whole, String fraction, int decided, boolean below, boolean inclusive) {
    if (fraction.isEmpty() ? inclusive : below) {
      nfa.accept(whole);
    }
    int state = nfa.addState();
    nfa.edge(whole, POINT, state);
    for (int i = 0; i < fraction.length(); i++) {
      int digit = fraction.charAt(i);
      int next = nfa.addState();
      nfa.edge(state, SymbolSet.of(digit), next);
      nfa.edge(
          state,
          below ? SymbolSet.range('0', digit - 1) : SymbolSet.range(digit + 1, '9'),
          decided);
      if (i > 0 && below) {
        nfa.accept(state);
      }
      state = next;
    }
    int zeros = state;
    nfa.edge(zeros, SymbolSet.of('0'), zeros);
    if (!below) {
      nfa.edge(zeros, SymbolSet.range('1', '9'), decided);
    }
    if (inclusive) {
      nfa.accept(zeros);
    }
  }

  /**
   * The spellings of the multiples of {@code divisor}, which is above 0; of other texts it may
   * accept some.
   *
   * @throws SchemaException if the automaton would be too large
   */
  static Dfa multiplesOf(BigDecimal divisor, CompilationBudget budget) {
    BigDecimal stripped = divisor.stripTrailingZeros();
    int places = Math.max(0, stripped.scale());
    BigInteger steps = stripped.movePointRight(places).toBigIntegerExact();
    if (steps.multiply(BigInteger.valueOf(places + 1L)).compareTo(BigInteger.valueOf(MAX_RESIDUES))
        > 0) {
      throw new SchemaException(
          "", "'multipleOf' " + divisor + " is not supported: it needs too large an automaton");
    }
    int modulus = steps.intValueExact();
    Nfa nfa = new Nfa(budget);
    // State 1 + place * modulus + residue: so many places of the fraction were read.
    for (int i = 0; i < (places + 1) * modulus; i++) {
      nfa.addState();
    }
    nfa.epsilon(0, 1);
    nfa.edge(0, MINUS, 1);
    int zeros = nfa.addState();
    nfa.edge(zeros, SymbolSet.of('0'), zeros);
    nfa.accept(zeros);
    for (int place = 0; place <= places; place++) {
      int scale = BigInteger.TEN.modPow(BigInteger.valueOf(places - place), steps).intValue();
      for (int residue = 0; residue < modulus; residue++) {
        int state = 1 + place * modulus + residue;
        boolean multiple = (long) residue * scale % modulus == 0;
        if (multiple) {
          nfa.accept(state);
        }
        if (place == 0) {
          addDigits(nfa, state, residue, 0, modulus);
        }
        if (place < places) {
          int pointed = state;
          if (place == 0) {
            pointed = nfa.addState();
            nfa.edge(state, POINT, pointed);
          }
          addDigits(nfa, pointed, residue, place + 1, modulus);
        } else if (multiple) {
          nfa.edge(state, place == 0 ? POINT : SymbolSet.of('0'), zeros);
        }
      }
    }
    return nfa.toDfa();
  }

  private static void addDigits(Nfa nfa, int from, int residue, int place, int modulus) {
    for (int digit = 0; digit <= 9; digit++) {
      int next = (int) ((10L * residue + digit) % modulus);
      nfa.edge(from, SymbolSet.of('0' + digit), 1 + place * modulus + next);
    }
  }
}
