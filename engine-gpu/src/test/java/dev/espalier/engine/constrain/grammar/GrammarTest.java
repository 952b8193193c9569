package dev.espalier.engine.constrain.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.engine.constrain.automaton.CompilationBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrammarTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "a ::= \"x\"~no rule 'root'",
        "root ::= a b~line 1, column 10: rules that are not defined: [a, b]",
        "root ::= \"a\"\\nroot ::= \"b\"~line 2, column 1: the rule 'root' is defined twice",
        "root ::= (\"a\"~line 1, column 10: unclosed group",
        "root ::= \"a\")~line 1, column 13: unmatched ')'",
        "root ::= \"a~line 1, column 10: unclosed literal",
        "root ::= [a~line 1, column 10: unclosed class",
        "root ::= /a~line 1, column 10: unclosed pattern",
        "root ::= /a(?=b)/~line 1, column 12: lookahead",
        "root ::= \"a\"**~line 1, column 14: two quantifiers",
        "root ::= \"a\"{2,1}~line 1, column 13: a count with its bounds",
        "root ::= \"a\"{,1}~line 1, column 14: a number",
        "root ::= \"\\\\q\"~line 1, column 11: the escape \\q",
        "root ::= \"\\\\uD800\"~line 1, column 10: half of a surrogate",
        "root ::= $~line 1, column 10: '$' begins nothing",
        "root = \"a\"~line 1, column 1: a rule is needed",
        "root ::= \"a\" ;~line 1, column 14: ';' begins nothing"
      })
  void refuses_with_line_and_column(String grammar, String message) {
    String text = grammar.replace("\\n", "\n").replace("\\\\", "\\");
    assertThat(
            catchThrowableOfType(
                GrammarSyntaxException.class,
                () -> Grammar.parse(text, CompilationBudget.ofConstraint())))
        .as(text)
        .isNotNull()
        .hasMessageContaining(message);
  }

  @Test
  void deep_groups_are_refused_not_a_stack_overflow() {
    String text = "root ::= " + "(".repeat(100_000);
    assertThat(
            catchThrowableOfType(
                GrammarSyntaxException.class,
                () -> Grammar.parse(text, CompilationBudget.ofConstraint())))
        .hasMessageContaining("nested deeper");
  }
}
