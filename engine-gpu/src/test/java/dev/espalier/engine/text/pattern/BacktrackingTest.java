package dev.espalier.engine.text.pattern;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns that blow up are refused; those that tokenizers are published with are not. */
class BacktrackingTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(a|a)*",
        "(a|a)*b",
        "(a*)*b",
        "(a*)*",
        "(.*)*",
        "(.+)+x",
        "(a|b|ab)*c",
        "(a|aa)+$",
        "([a-z]+)*[0-9]",
        "(\\w+\\s?)+$",
        "(\\p{L}|\\p{Lu})+!",
        "(?:\\p{L}+|\\p{Lu})+!",
        "(x+x+)+y",
        "(.*a){12}",
        "(a?){40}a{40}",
        "(a{1,50}){1,50}b",
        "a*a*b",
        "\\s*\\s*x",
        ".*.*=.*",
        "(.*)(.*)(.*)$",
        "\\s*[\\r\\n]+(?!x)",
        "\\d+\\d+$",
        "(?i:A+)(?i:a+)b",
        "(?i)A+a+b",
        "a(?=(b+)+c)",
        "(?<!(b+)+c)a",
        "(?>(a+)+c)",
        "\\p{N}{1,3}+x",
        "[[:alpha:]]+[a-f]+!",
        "(?:a|[^b])*c",
        "(a)\\1+",
        "(?<x>a)\\k<x>",
        "(?~ab)",
        "(?(1)a|b)",
        "\\X+",
        "(a",
        "a)",
        "[a",
        "*a",
        "a\\",
        "(a|b|(c|d|(e|f)*)*)*"
      })
  void refusesWhatCanBlowUp(String pattern) {
    assertThatThrownBy(() -> Backtracking.check(pattern)).isInstanceOf(PatternException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // GPT-2
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        // Llama 3, and Qwen with single digits
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        // cl100k, as published now
        "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+|"
            + " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
        // o200k
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
            + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
            + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        // DeepSeek V3
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|"
            + "[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|"
            + "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "[一-龥\u3040-ゟ゠-ヿ]+",
        "\\p{N}{1,3}",
        // Bloom
        " ?[^(\\s|[.,!?…。，、।۔،])]+",
        // digits in threes from the right
        "\\d{1,3}(?=(?:\\d{3})*\\b)",
        "(?=(\\d{3})+(?!\\d))",
        // Kimi
        "[\\p{Han}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}&&[^\\p{Han}]]+",
        // Gemma, SmolLM, Falcon, cleaning up
        "\\s{2,}",
        " {2,}",
        "[0-9][0-9][0-9]",
        "\\r\\n?",
        "^\\s+|\\s+$",
        "[\\p{Cc}&&[^\\n\\t]]",
        "\\x{200b}|\\u00a0",
        "(?:[^<]|<(?!\\|))+",
        "[^\\n]+|[\\n]+"
      })
  void acceptsThePatternsOfPublishedTokenizers(String pattern) {
    assertThatCode(() -> Backtracking.check(pattern)).doesNotThrowAnyException();
  }

  @Test
  void hugePatternsAreRefusedAtOnce() {
    for (String pattern :
        new String[] {
          "(".repeat(5000) + ")".repeat(5000),
          "a?".repeat(4000),
          "(a|b)".repeat(2000),
          "[".repeat(6000),
          "a{999999}".repeat(50) + "b".repeat(200),
          "a".repeat(20_000)
        }) {
      assertThatThrownBy(() -> Backtracking.check(pattern)).isInstanceOf(PatternException.class);
    }
  }
}
