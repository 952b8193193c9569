package dev.espalier.program.source;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jinjava.de.odysseus.el.tree.TreeBuilderException;
import jinjava.javax.el.ELException;

/** Reads a template or an expression: what is wrong with it, and which names it uses. Used once. */
final class TemplateReader {
  private static final Set<String> CONSTANTS = Set.of("none", "None", "null", "loop");

  private static final Pattern MACRO_PARAMETER = Pattern.compile("[(,]\\s*(\\w+)");

  private static final Pattern TAG = Pattern.compile("\\{%[-+]?\\s*(\\w+)");
  private static final Pattern INVISIBLE =
      Pattern.compile(
          "\\{#.*?#\\}|\\{%-?\\s*raw\\s*-?%\\}.*?\\{%-?\\s*endraw\\s*-?%\\}", Pattern.DOTALL);

  private final List<TemplateProblem> problems = new ArrayList<>();
  private final Map<String, Integer> variables = new LinkedHashMap<>();
  private final Set<String> own = new LinkedHashSet<>();
  private final Set<String> macros = new LinkedHashSet<>();

  List<TemplateProblem> problems() {
    return problems;
  }

  /** The names that must be defined where the template is used, each with its first line. */
  Map<String, Integer> variables() {
    Map<String, Integer> free = new LinkedHashMap<>(variables);
    free.keySet().removeAll(own);
    free.keySet().removeAll(CONSTANTS);
    return free;
  }

  /** Reads a template. */
  void template(String source) {
    checkTags(source);
    // jinjava loses count of the lines whose breaks trim_blocks removes.
    JinjavaInterpreter interpreter = JinjaDialect.untrimmedInterpreter();
    JinjavaInterpreter.pushCurrent(interpreter);
    try {
      Node root = interpreter.parse(source);
      for (TemplateError error : interpreter.getErrorsCopy()) {
        problem(error.getLineno(), error.getMessage());
      }
      root.getChildren().forEach(this::visit);
    } finally {
      JinjavaInterpreter.popCurrent();
    }
  }

  /** Reads a single expression. */
  void expression(String source) {
    JinjavaInterpreter.pushCurrent(JinjaDialect.untrimmedInterpreter());
    try {
      expression(source, 1);
    } finally {
      JinjavaInterpreter.popCurrent();
    }
  }

  /** The parser leaves out disabled tags without a word. */
  private void checkTags(String source) {
    String visible =
        INVISIBLE.matcher(source).replaceAll(hidden -> hidden.group().replaceAll("[^\n]", " "));
    Matcher tags = TAG.matcher(visible);
    while (tags.find()) {
      long breaks = visible.substring(0, tags.start()).chars().filter(c -> c == '\n').count();
      String name = tags.group(1).replaceFirst("^end", "");
      check("tag", List.of(name), JinjaDialect.TAGS, 1 + (int) breaks);
    }
  }

  private void visit(Node node) {
    int line = node.getLineNumber();
    if (node instanceof ExpressionNode) {
      expression(((ExpressionToken) node.getMaster()).getExpr(), line);
    } else if (node instanceof TagNode tag) {
      visitTag(tag, line);
    }
    node.getChildren().forEach(this::visit);
  }

  private void visitTag(TagNode tag, int line) {
    String rest = tag.getHelpers().strip();
    switch (tag.getName()) {
      case "if", "elif" -> expression(rest, line);
      case "for" -> {
        int in = rest.indexOf(" in ");
        if (in < 0) {
          problem(line, "{% for " + rest + " %} has no `in`");
        } else {
          own.addAll(List.of(rest.substring(0, in).strip().split("\\s*,\\s*")));
          expression(rest.substring(in + 4), line);
        }
      }
      case "set" -> {
        int equals = rest.indexOf('=');
        own.addAll(
            List.of(rest.substring(0, equals < 0 ? rest.length() : equals).split("[\\s,]+")));
        if (equals >= 0) {
          expression(rest.substring(equals + 1), line);
        }
      }
      case "macro" -> {
        macros.add(rest.replaceFirst("\\(.*", "").strip());
        Matcher parameters = MACRO_PARAMETER.matcher(rest);
        while (parameters.find()) {
          own.add(parameters.group(1));
        }
      }
      default -> {} // else, raw: nothing to read
    }
  }

  private void expression(String source, int line) {
    if (source.isBlank()) {
      problem(line, "the expression is empty");
      return;
    }
    ExpressionNames names;
    try {
      names = ExpressionNames.of(source.strip());
    } catch (TreeBuilderException e) {
      problem(line, "`" + source.strip() + "` is no expression: " + reason(e));
      return;
    } catch (ELException e) {
      problem(line, "`" + source.strip() + "` is no expression: " + e.getMessage());
      return;
    }
    names.variables().forEach(name -> variables.putIfAbsent(name, line));
    check("filter", names.filters(), JinjaDialect.FILTERS, line);
    check("test", names.tests(), JinjaDialect.TESTS, line);
    Set<String> functions = new TreeSet<>(JinjaDialect.FUNCTIONS);
    functions.addAll(macros);
    check("function", names.functions(), functions, line);
  }

  private static String reason(TreeBuilderException e) {
    // The parser sees the expression between #{ and }.
    return "'}'".equals(e.getEncountered())
        ? "something is missing at its end"
        : "found " + e.getEncountered() + ", which cannot stand there";
  }

  private void check(String kind, List<String> used, Set<String> allowed, int line) {
    for (String name : used) {
      if (!allowed.contains(name)) {
        problems.add(
            new TemplateProblem(
                line,
                "there is no " + kind + " `" + name + "` in program files",
                "use one of " + String.join(", ", allowed)));
      }
    }
  }

  private void problem(int line, String message) {
    problems.add(new TemplateProblem(Math.max(1, line), message, "correct the Jinja there"));
  }
}
