package dev.espalier.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.jinja.JinjaException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TemplateLimitsTest {
  private static final String NEST = "{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}";

  /** Templates without an end, or with results that no memory holds. */
  static List<String> bombs() {
    List<String> bombs =
        new ArrayList<>(
            List.of(
                NEST,
                "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}"
                    + "{% endfor %}{{ n.s|length }}",
                "{% set n = namespace(s=[1]) %}{% for i in range(60) %}{% set n.s = n.s + n.s %}"
                    + "{% endfor %}{{ n.s|length }}",
                "{% set n = namespace(s=2) %}{% for i in range(60) %}{% set n.s = n.s * n.s %}"
                    + "{% endfor %}{{ n.s }}",
                "{% set n = namespace(s='<') %}{% for i in range(60) %}{% set n.s = n.s|escape ~"
                    + " n.s %}{% endfor %}",
                "{% set n = namespace(s='a') %}{% for i in range(60) %}{% set n.s ="
                    + " n.s|replace('a', 'aa') %}{% endfor %}",
                "{% set n = namespace(s='') %}{% for i in range(90000) %}{% set n.s = n.s ~"
                    + " 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' %}{% endfor %}",
                "{% set n = namespace(s=[]) %}{% for i in range(1000) %}{% set n.s = [n.s] %}"
                    + "{% endfor %}{{ n.s }}",
                "{% set n = namespace(s=[]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}"
                    + "{% endfor %}{{ n.s }}",
                "{% set n = namespace(s=[]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}"
                    + "{% endfor %}{{ n.s|tojson }}",
                "{% set n = namespace(s=[]) %}{% for i in range(60) %}{% set n.s = [n.s, n.s] %}"
                    + "{% endfor %}{{ n.s|pprint }}",
                "{% set n = namespace(s=[], t=[]) %}{% for i in range(60) %}{% set n.s ="
                    + " [n.s, n.s] %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.s == n.t }}",
                "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
                "{% set n = namespace(s=(1,)) %}{% for i in range(60) %}{% set n.s = (n.s, n.s) %}"
                    + "{% endfor %}{{ {n.s: 1} }}",
                "{% set n = namespace(s=(1,)) %}{% for i in range(9000) %}{% set n.s = (n.s,) %}"
                    + "{% endfor %}{{ {n.s: 1} }}",
                "{% for i in range(99999) %}{{ 'x' * 1000 }}{% endfor %}",
                "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
                "{% macro m() %}{{ caller() }}{% endmacro %}{% macro r() %}{% call m() %}{{ r() }}"
                    + "{% endcall %}{% endmacro %}{{ r() }}"));
    for (String expression :
        List.of(
            "'x' * 2000000000",
            "2000000000 * 'x'",
            "'ab' * 10 ** 30",
            "[0] * 10 ** 9",
            "(0,) * 10 ** 30",
            "range(10 ** 9)",
            "range(1000000)",
            "range(0 - 10 ** 30, 10 ** 30)",
            "9 ** (9 ** 9)",
            "2 ** (10 ** 30)",
            "(-3) ** 100000000",
            "'x'.center(10 ** 9)",
            "'x'.ljust(10 ** 9)",
            "'x'.rjust(10 ** 18)",
            "'1'.zfill(10 ** 9)",
            "'\\t'.expandtabs(10 ** 9)",
            "'x'|center(10 ** 9)",
            "'a\\nb'|indent(10 ** 9)",
            "('\\n' * 100000)|indent('x' * 1000)",
            "'%1000000000d' % 1",
            "'%.1000000000f' % 1",
            "'%*d' % (10 ** 9, 1)",
            "'{:1000000000}'.format(1)",
            "'{:.1000000000f}'.format(1.0)",
            "'{:{}}'.format('x', 10 ** 9)",
            "'{:01000000000,}'.format(1)",
            "('x' * 100000).replace('x', 'y' * 10000)",
            "('x' * 100000).replace('', 'y' * 10000)",
            "('x' * 1000).join(range(99999)|map('string'))",
            "range(99999)|join('x' * 1000)",
            "[1]|batch(10 ** 9, 0)|list",
            "[1]|slice(10 ** 9)|list",
            "[[1] * 1000] * 1000000",
            "range(99999)|map('string')|map('center', 1000)|join",
            "{'a': 1}|tojson(indent=10 ** 9)",
            "('<' * 3000000)|escape",
            "('é' * 2000000)|urlencode",
            "('x' * 3000000) ~ ('x' * 3000000)",
            "('a' * 100000 ~ 'b') in ('a' * 1000000)",
            "('a' * 2000000).count('a' * 1000000 ~ 'b')",
            "('a' * 2000000).find('a' * 1000000 ~ 'b')",
            "('x@' * 1000000)|urlize",
            "('a.' * 1000000 ~ '!')|urlize",
            "('-' * 2000000)|wordwrap(1)",
            "'{0.a}'.format(range(10 ** 6))",
            "range(99999)|map('string')|list|sort|sort|sort|sort|unique|list|sort")) {
      bombs.add("{{ " + expression + " }}");
    }
    return bombs;
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void whatWouldNotEndIsRefusedBeforeItIsBuilt(String template) {
    JinjaTemplate compiled = JinjaTemplate.compile(template, TemplateSettings.TASK);
    assertThatThrownBy(() -> compiled.render(Variables.of(Map.of())))
        .isInstanceOfSatisfying(
            JinjaException.class,
            e -> {
              assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.LIMIT);
              assertThat(e.line()).isEqualTo(1);
            });
  }

  @Test
  void aLimitIsMetAtTheSamePlaceEachTime() {
    TemplateSettings settings =
        TemplateSettings.PROGRAM.withLimits(new TemplateLimits(1000, 50, 10));
    JinjaTemplate output = JinjaTemplate.compile("{% for i in range(n) %}x{% endfor %}", settings);
    assertThat(output.render(Variables.of(Map.of("n", 50)))).hasSize(50);
    assertThatThrownBy(() -> output.render(Variables.of(Map.of("n", 51))))
        .hasMessageContaining("more than 50 characters");
    JinjaTemplate steps = JinjaTemplate.compile("{% for i in range(n) %}{% endfor %}", settings);
    assertThat(steps.render(Variables.of(Map.of("n", 900)))).isEmpty();
    assertThatThrownBy(() -> steps.render(Variables.of(Map.of("n", 1000))))
        .hasMessageContaining("more than 1000 steps");
  }

  private enum Nested {
    PARENTHESES("{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}"),
    LISTS("{{ " + "[".repeat(5000) + "]".repeat(5000) + " }}"),
    SUM("{{ 1" + " + 1".repeat(50_000) + " }}"),
    POWERS("{{ 1" + " ** 1".repeat(50_000) + " }}"),
    ATTRIBUTES("{{ a" + ".a".repeat(50_000) + " }}"),
    CALLS("{{ a" + "()".repeat(50_000) + " }}"),
    FILTERS("{{ a" + "|upper".repeat(50_000) + " }}"),
    SIGNS("{{ " + "-".repeat(50_000) + "1 }}"),
    NOTS("{{ " + "not ".repeat(50_000) + "1 }}"),
    ELSES("{{ " + "1 if a else ".repeat(50_000) + "1 }}"),
    IFS("{% if a %}".repeat(5000) + "{% endif %}".repeat(5000)),
    LOOPS("{% for a in b %}".repeat(5000) + "{% endfor %}".repeat(5000)),
    TUPLE_TARGETS("{% for " + "(".repeat(5000) + "a" + ")".repeat(5000) + " in b %}{% endfor %}"),
    FILTER_BLOCK("{% filter upper" + "|upper".repeat(50_000) + " %}{% endfilter %}");

    final String template;

    Nested(String template) {
      this.template = template;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNestedTooDeepIsRefusedWithItsPlace(Nested nested) {
    assertThatThrownBy(() -> JinjaTemplate.compile(nested.template, TemplateSettings.PROGRAM))
        .isInstanceOfSatisfying(
            JinjaException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.LIMIT);
              assertThat(e.line()).isEqualTo(1);
              assertThat(e.column()).isPositive();
            });
  }

  @Test
  void whatIsNestedAsDeepAsAllowedFitsIntoASmallStack() throws InterruptedException {
    String deepExpression = "(".repeat(60) + "n" + " + 1)".repeat(60);
    String deepBlocks = "{% if true %}".repeat(80) + "{{ m(n + 1) }}" + "{% endif %}".repeat(80);
    String template =
        "{% macro m(n) %}{{ " + deepExpression + " }}" + deepBlocks + "{% endmacro %}{{ m(0) }}";
    List<Throwable> thrown = new ArrayList<>();
    Runnable all =
        () -> {
          for (String each :
              List.of(template, NEST, "{% set x = " + deepExpression + " %}{{ x }}")) {
            try {
              JinjaTemplate.compile(each, TemplateSettings.CHAT)
                  .render(Variables.of(Map.of("n", 1)));
            } catch (JinjaException e) {
              assertThat(e.kind()).isEqualTo(Kind.LIMIT);
            }
          }
        };
    Thread thread = new Thread(null, all, "small stack", 768 * 1024);
    thread.setUncaughtExceptionHandler((t, e) -> thrown.add(e));
    thread.start();
    thread.join();
    assertThat(thrown).isEmpty();
  }

  @Test
  void valuesNestedTooDeepAreRefused() {
    Object deep = List.of();
    for (int i = 0; i < 100_000; i++) {
      deep = List.of(deep);
    }
    Object value = deep;
    assertThatThrownBy(
            () ->
                JinjaTemplate.compile("{{ v|length }}", TemplateSettings.PROGRAM)
                    .render(Variables.of(Map.of("v", value))))
        .isInstanceOfSatisfying(
            JinjaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT));
  }
}
