package dev.espalier.engine.constrain.regex;

import dev.espalier.engine.constrain.automaton.SymbolSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sets that have a sign of their own, and case folding. */
final class CharacterSets {
  static final SymbolSet DIGIT = SymbolSet.range('0', '9');
  static final SymbolSet WORD = SymbolSet.ofRanges('0', '9', 'A', 'Z', '_', '_', 'a', 'z');

  private static final SymbolSet ASCII_SPACE = SymbolSet.ofRanges('\t', '\r', ' ', ' ');

  /** WhiteSpace and LineTerminator of ECMA-262. */
  private static final SymbolSet ECMA_SPACE =
      ASCII_SPACE.union(
          SymbolSet.ofRanges(
              0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A, 0x2028, 0x2029, 0x202F, 0x202F, 0x205F,
              0x205F, 0x3000, 0x3000, 0xFEFF, 0xFEFF));

  private static final SymbolSet ECMA_LINE_ENDS =
      SymbolSet.ofRanges('\n', '\n', '\r', '\r', 0x2028, 0x2029);

  private CharacterSets() {}

  static SymbolSet space(RegexDialect dialect) {
    return dialect == RegexDialect.ECMA_262 ? ECMA_SPACE : ASCII_SPACE;
  }

  static SymbolSet dot(RegexDialect dialect) {
    return SymbolSet.CODE_POINTS.minus(
        dialect == RegexDialect.ECMA_262 ? ECMA_LINE_ENDS : SymbolSet.of('\n'));
  }

  /** {@code set} and all that Unicode's simple case mappings relate to one of its members. */
  static SymbolSet ignoringCase(SymbolSet set) {
    List<SymbolSet> sets = new ArrayList<>(List.of(set));
    for (Map.Entry<Integer, SymbolSet> variants : CaseVariants.OF.entrySet()) {
      if (set.contains(variants.getKey())) {
        sets.add(variants.getValue());
      }
    }
    return SymbolSet.union(sets);
  }

  /** Made when first needed. */
  private static final class CaseVariants {
    /** From each code point that has them to its variants. */
    private static final Map<Integer, SymbolSet> OF = new HashMap<>();

    static {
      Map<Integer, SymbolSet> byFold = new HashMap<>();
      for (int c = 0; c <= 0x10FFFF; c++) {
        int fold = fold(c);
        if (fold != c) {
          byFold.merge(fold, SymbolSet.ofRanges(c, c, fold, fold), SymbolSet::union);
        }
      }
      for (SymbolSet variants : byFold.values()) {
        for (int range = 0; range < variants.rangeCount(); range++) {
          for (int c = variants.first(range); c <= variants.last(range); c++) {
            OF.put(c, variants);
          }
        }
      }
    }

    private static int fold(int codePoint) {
      return Character.toLowerCase(Character.toUpperCase(codePoint));
    }
  }
}
