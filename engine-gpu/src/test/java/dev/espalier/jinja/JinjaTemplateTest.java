package dev.espalier.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.jinja.JinjaException.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JinjaTemplateTest {
  private static String render(String template, TemplateSettings settings, Map<String, ?> given) {
    return JinjaTemplate.compile(template, settings).render(Variables.of(given));
  }

  private static JinjaException failure(
      String template, TemplateSettings settings, Map<String, ?> given) {
    try {
      String text = render(template, settings, given);
      throw new AssertionError("rendered " + text);
    } catch (JinjaException e) {
      return e;
    }
  }

  private static Map<String, Object> nullable(String name, Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(name, value);
    return map;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{{ x|nosuch }} ; SYNTAX ; line 3, column 6: there is no filter named 'nosuch'",
        "{{ x is nosuch }} ; SYNTAX ; line 3, column 9: there is no test named 'nosuch'",
        "{% if x %}{{ x|nosuch }}{% endif %} ; SYNTAX ; line 3, column 16: there is no filter",
        "{% include 'x' %} ; UNSUPPORTED ; line 3, column 4: {% include %} is left out",
        "{% import 'x' as y %} ; UNSUPPORTED ; line 3, column 4: {% import %} is left out",
        "{% from 'x' import y %} ; UNSUPPORTED ; line 3, column 4: {% from %} is left out",
        "{% extends 'x' %} ; UNSUPPORTED ; line 3, column 4: {% extends %} is left out",
        "{% block x %}{% endblock %} ; UNSUPPORTED ; line 3, column 4: {% block %} is left out",
        "{% autoescape true %}{% endautoescape %} ; UNSUPPORTED ; column 4: {% autoescape %}",
        "{% do x %} ; UNSUPPORTED ; line 3, column 4: {% do %} is left out",
        "{{ x|random }} ; UNSUPPORTED ; line 3, column 6: the filter random is left out",
        "{{ lipsum() }} ; UNSUPPORTED ; line 3, column 10: the function lipsum is left out",
        "{% if x %} ; SYNTAX ; line 3, column 11: found the end where {% elif or else or endif %}",
        "{{ x + }} ; SYNTAX ; line 3, column 8: found }} where an expression should be",
        "{{ 'x ; SYNTAX ; line 3, column 4: a string is not closed",
        "{{ x ; SYNTAX ; line 3, column 1: the tag is not closed",
        "{# x ; SYNTAX ; line 3, column 1: the comment is not closed",
        "{% break %} ; SYNTAX ; line 3, column 4: {% break %} does not stand in a loop",
        "é😀{{ $ }} ; SYNTAX ; line 3, column 6: unexpected character '$'",
        "{% generation %}x{% endgeneration %} ; SYNTAX ; line 3, column 4: there is no statement",
      })
  void whatCannotBeCompiledIsRefusedWithItsPlace(String tag, Kind kind, String message) {
    assertThatThrownBy(() -> JinjaTemplate.compile("a\n{{ b }}\n" + tag, TemplateSettings.PROGRAM))
        .isInstanceOfSatisfying(JinjaException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(message);
  }

  @Test
  void whatCannotBeRenderedIsRefusedWithItsPlace() {
    String template = "a\n{% if a %}\n{{ 1 + b.c }}{% endif %}";
    JinjaException e = failure(template, TemplateSettings.CHAT, Map.of("a", true, "b", Map.of()));
    assertThat(e).hasMessage("line 3, column 6: 'b.c' is undefined: a mapping has no 'c'");
    assertThat(e.path()).isEqualTo("b.c");
    assertThat(e.line()).isEqualTo(3);
    assertThat(e.column()).isEqualTo(6);
    assertThat(render(template, TemplateSettings.CHAT, Map.of("a", 0))).isEqualTo("a\n");
  }

  @Test
  void whatATemplateSaysIsKeptAsItSaysIt() {
    JinjaException e =
        failure("\n{{ raise_exception('must alternate') }}", TemplateSettings.CHAT, Map.of());
    assertThat(e.kind()).isEqualTo(Kind.RAISED);
    assertThat(e).hasMessage("must alternate");
  }

  @Test
  void whatIsUndefinedOrNullInAProgramIsNamed() {
    Map<String, Object> row = Map.of("row", nullable("nul", null));
    for (String use :
        List.of("row.no", "row['no']", "row.no.more", "row.no ~ ''", "row.no | upper")) {
      JinjaException e = failure("{{ " + use + " }}", TemplateSettings.PROGRAM, row);
      assertThat(e.kind()).as(use).isEqualTo(Kind.UNDEFINED);
      assertThat(e.path()).as(use).isEqualTo("row.no");
    }
    JinjaException e = failure("\n {{ row.nul }}", TemplateSettings.PROGRAM, row);
    assertThat(e.kind()).isEqualTo(Kind.NULL_PRINTED);
    assertThat(e.path()).isEqualTo("row.nul");
    assertThat(e)
        .hasMessage(
            "line 2, column 8: 'row.nul' is null; `| default('…', true)` says what to print"
                + " instead");
    assertThat(
            render("{{ row.no|d('x') }}{{ row.nul|d('y', true) }}", TemplateSettings.PROGRAM, row))
        .isEqualTo("xy");
    assertThat(render("{% if row.nul %}1{% else %}2{% endif %}", TemplateSettings.PROGRAM, row))
        .isEqualTo("2");
    assertThat(failure("{% if row.no %}{% endif %}", TemplateSettings.PROGRAM, row).path())
        .isEqualTo("row.no");
    assertThat(render("{{ row.nul }}", TemplateSettings.TASK, row)).isEqualTo("None");
    assertThat(render("{{ row.nul }}{{ row.no }}", TemplateSettings.CHAT, row)).isEqualTo("None");
  }

  @Test
  void aSpelledNumberPrintsAsWrittenAndCalculatesByItsValue() {
    Map<String, Object> given =
        Map.of(
            "v", new SpelledNumber("1.10", 1.1),
            "h", new SpelledNumber("0x1F", 31L),
            "d", new BigDecimal("12.500"));
    assertThat(
            render(
                "{{ v }} {{ v * 2 }} {{ v == 1.1 }} {{ [v] }} {{ v is float }} {{ {'a': v}|tojson"
                    + " }} {{ h }} {{ h + 1 }} {{ h|tojson }} {{ h is integer }} {{ '%d' % h }} {{"
                    + " '{:.3f}'.format(v) }} {{ [3, v, h]|sort }} {{ d }} {{ d + 1 }} {{ {31:"
                    + " 'x'}[h] }}",
                TemplateSettings.PROGRAM, given))
        .isEqualTo(
            "1.10 2.2 True [1.10] True {\"a\": 1.10} 0x1F 32 31 True 31 1.100 [1.10, 3, 0x1F]"
                + " 12.500 13.5 x");
  }

  @Test
  void expressionsHaveTheValuesThatJavaKnows() {
    Map<String, Object> given = Map.of("n", 3, "big", new BigInteger("9223372036854775808"));
    assertThat(value("n + 1", given)).isEqualTo(4L);
    assertThat(value("big - 1", given)).isEqualTo(Long.MAX_VALUE);
    assertThat(value("big", given)).isEqualTo(new BigInteger("9223372036854775808"));
    assertThat(value("n / 2", given)).isEqualTo(1.5);
    assertThat(value("none", given)).isNull();
    assertThat(value("n > 2", given)).isEqualTo(true);
    assertThat(value("(1, 'a')", given)).isEqualTo(List.of(1L, "a"));
    assertThat(value("range(3)", given)).isEqualTo(List.of(0L, 1L, 2L));
    assertThat(value("[1]|map('string')", given)).isEqualTo(List.of("1"));
    assertThat(value("{'a': [none]}", given)).isEqualTo(Map.of("a", Arrays.asList((Object) null)));
    assertThat(value("'<'|escape", given)).isEqualTo("&lt;");
    assertThatThrownBy(() -> value("range", given)).isInstanceOf(JinjaException.class);
    assertThatThrownBy(() -> value("missing", given))
        .isInstanceOfSatisfying(
            JinjaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNDEFINED));
  }

  private static Object value(String expression, Map<String, ?> given) {
    return JinjaExpression.compile(expression, TemplateSettings.PROGRAM)
        .evaluate(Variables.of(given));
  }

  @Test
  void aMapsMethodsComeBeforeItsKeysBehindADotAndAfterThemInBrackets() {
    Map<String, Object> given = Map.of("row", Map.of("items", "I", "empty", "E", "div", "D"));
    assertThat(
            render(
                "{{ row['items'] }}{{ row.empty }}{{ row.div }}{{ row.items() | list | length }}",
                TemplateSettings.PROGRAM,
                given))
        .isEqualTo("IED3");
  }

  @Test
  void usesOfVariablesAreListedWithTheirPlaces() {
    JinjaTemplate template =
        JinjaTemplate.compile(
            """
{% set own = row.a['b'] %}{{ own.c }}
{% for x in rows if x.k == other %}{{ x }}{{ loop.index }}{% endfor %}{{ range(n) }}
{{ row.d | default(row.e) }}{% if row.f.g is defined %}{{ row.h.upper() }}{% endif %}
{% macro m(p) %}{{ p }}{{ q }}{% endmacro %}{{ m(1) }}{% if z %}{% set w = 1 %}{% endif %}
{{ w }}{{ row[i].j }}\
""",
            TemplateSettings.PROGRAM);
    List<String> uses = new ArrayList<>();
    template
        .variables()
        .forEach(
            use ->
                uses.add(
                    use.text()
                        + " "
                        + use.line()
                        + ":"
                        + use.column()
                        + (use.mayBeUndefined() ? " ?" : "")));
    assertThat(uses)
        .containsExactly(
            "row.a.b 1:14",
            "rows 2:13",
            "other 2:28",
            "n 2:80",
            "row.d 3:4 ?",
            "row.e 3:20",
            "row.f.g 3:35 ?",
            "row.h 3:59",
            "q 4:27",
            "z 4:61",
            "w 5:4 ?",
            "row 5:11",
            "i 5:15");
  }

  @Test
  void namesAreAskedForWhenTheyAreMet() {
    List<String> asked = new ArrayList<>();
    Variables variables =
        name -> {
          asked.add(name);
          return name.equals("no") ? Variables.UNDEFINED : name;
        };
    String template = "{% if no is defined %}{{ a }}{% else %}{{ b }}{{ b }}{% endif %}";
    assertThat(JinjaTemplate.compile(template, TemplateSettings.PROGRAM).render(variables))
        .isEqualTo("bb");
    assertThat(asked).containsExactly("no", "b");
    Variables failing =
        name -> {
          throw new IllegalStateException("waited for " + name);
        };
    assertThatThrownBy(
            () -> JinjaTemplate.compile("{{ a }}", TemplateSettings.PROGRAM).render(failing))
        .isInstanceOf(IllegalStateException.class);
  }

  /** What other engines on the JVM give otherwise, with the answer of Jinja2. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{{ row.emoji[:5] }} ; Nice😀",
        "{{ row.emoji | length }} ; 10",
        "{{ row.emoji | reverse }} ; krow 😀eciN",
        "{{ row.emoji | truncate(5, true, '', 0) }} ; Nice😀",
        "{% for n in row.l %}{{ n }}{% else %}none{% endfor %} ; 12",
        "{% for n in row.no %}{{ n }}{% else %}none{% endfor %} ; none",
        "{{ row.code == 42 }} ; False",
        "{% if row.word %}true{% else %}false{% endif %} ; true",
        "{{ row.ld | sort(attribute='v') | map(attribute='n') | join('') }} ; qpr",
        "{{ '{:.2f}'.format(row.f) }} ; 2.50",
        "{{ '1e3' | float }} ; 1000.0",
        "{{ row.price }} ; 12345678.9",
        "{{ 9999999999 * 9999999999 }} ; 99999999980000000001",
        "{{ -7 % 3 }} ; 2",
        "{{ 'a,b,,c'.split(',') | length }} ; 4",
        "{{ row.empty }}{{ row.div }}/{{ row.mod }}{{ row.not }}{{ row.size }} ; ED/MNS",
      })
  void whatOtherEnginesGiveOtherwiseIsAsJinja2GivesIt(String template, String text) {
    Map<String, Object> row =
        Map.ofEntries(
            Map.entry("emoji", "Nice😀 work"),
            Map.entry("l", List.of(1, 2)),
            Map.entry("no", List.of()),
            Map.entry("code", "0042"),
            Map.entry("word", "false"),
            Map.entry("f", 2.5),
            Map.entry("price", 12345678.9),
            Map.entry(
                "ld",
                List.of(
                    Map.of("n", "p", "v", 2), Map.of("n", "q", "v", 1), Map.of("n", "r", "v", 3))),
            Map.entry("empty", "E"),
            Map.entry("div", "D"),
            Map.entry("mod", "M"),
            Map.entry("not", "N"),
            Map.entry("size", "S"));
    assertThat(render(template, TemplateSettings.PROGRAM, Map.of("row", row))).isEqualTo(text);
  }

  /** There is no way from a value to Python's or Java's objects. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "''.__class__",
        "''.__class__.__mro__",
        "''['__class__']",
        "''|attr('__class__')",
        "[].append(1)",
        "l.append(1)",
        "l['append'](1)",
        "l.sort()",
        "d.update(a=1)",
        "d.pop('a')",
        "d.clear()",
        "d.setdefault('b', 1)",
        "'{0.__class__}'.format(1)",
        "'{0[__class__]}'.format('')",
        "'{a.__class__.__init__}'.format(a=d)",
        "'{x.__class__}'.format_map({'x': 1})",
        "('%s'|attr('format'))('{0.__class__}').__class__",
        "range.__class__",
        "dict.__class__",
        "namespace().__class__",
        "missing.__class__.__init__",
        "d.__init__.__globals__",
        "cycler.__init__",
        "''.getClass()",
        "''.class",
        "d.getClass()",
        "l.stream()",
        "l.getClass().forName('java.lang.Runtime')",
        "'x'.repeat(5)",
        "'x'.getBytes()",
        "(1).intValue()",
        "d.entrySet()",
        "'x'.encode('utf-8')",
        "self.__init__",
        "lipsum.__globals__",
        "url_for.__globals__",
        "raise_exception.__globals__",
      })
  void nothingBehindAValueIsReached(String expression) {
    Map<String, Object> given = Map.of("l", List.of(2L, 1L), "d", Map.of("a", 1L));
    assertThatThrownBy(() -> render("{{ " + expression + " }}", TemplateSettings.PROGRAM, given))
        .isInstanceOfSatisfying(
            JinjaException.class,
            e -> assertThat(e.kind()).isIn(Kind.FORBIDDEN, Kind.UNDEFINED, Kind.VALUE))
        .hasMessageNotContaining("java.")
        .hasMessageNotContaining("dev.espalier");
  }
}
