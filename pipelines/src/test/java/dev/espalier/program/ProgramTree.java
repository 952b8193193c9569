package dev.espalier.program;

import static dev.espalier.program.Options.choices;
import static dev.espalier.program.Options.maxTokens;
import static dev.espalier.program.Options.regex;
import static dev.espalier.program.Options.temperature;
import static dev.espalier.program.Options.type;

import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random programs, each as Java and as the text of a program file. */
final class ProgramTree implements Program {
  private static final List<String> WORDS =
      List.of("Sort", "this: ", "ticket", "\nLabel:", " <|im_end|> ", "é日本 ", "{ and }", "'q' \"");
  private static final List<String> CHOICES = List.of("billing", "shipping", "late delivery");

  /** A step, in both forms. */
  private interface Node {
    void run(State s);

    /** Lines of YAML, each indented alike. */
    List<String> yaml();
  }

  private final List<Node> nodes;

  private ProgramTree(List<Node> nodes) {
    this.nodes = nodes;
  }

  static ProgramTree random(long seed) {
    Random random = new Random(seed);
    boolean isChat = random.nextBoolean();
    List<Node> nodes = new ArrayList<>();
    nodes.add(isChat ? turn(random, "user") : write(random, "text"));
    nodes.addAll(block(random, 3, isChat));
    return new ProgramTree(nodes);
  }

  @Override
  public void run(State s) {
    nodes.forEach(node -> node.run(s));
  }

  String yaml() {
    return "steps:\n" + String.join("\n", indent(lines(nodes), "  ")) + "\n";
  }

  private static List<Node> block(Random random, int depth, boolean isChat) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      nodes.add(node(random, depth, isChat));
    }
    return nodes;
  }

  private static Node node(Random random, int depth, boolean isChat) {
    return switch (random.nextInt(depth > 0 ? 10 : 7)) {
      case 0 -> write(random, "text");
      case 1 -> isChat ? turn(random, random.nextBoolean() ? "user" : "assistant") : field();
      case 2 -> field();
      case 3, 4 -> gen(random);
      case 5 -> select(random);
      case 6 -> set(random);
      case 7 -> condition(random, depth, isChat);
      case 8 -> loop(block(random, depth - 1, isChat), 1 + random.nextInt(2));
      default -> fork(block(random, depth - 1, isChat), 1 + random.nextInt(3));
    };
  }

  private static String words(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      text.append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return text.toString();
  }

  private static Node write(Random random, String kind) {
    String text = words(random);
    return leaf(s -> s.text(text), kind + ": " + quoted(text));
  }

  private static Node turn(Random random, String role) {
    String text = words(random);
    return leaf(
        s -> {
          if (role.equals("user")) {
            s.user(text);
          } else {
            s.assistant(text);
          }
        },
        role + ": " + quoted(text));
  }

  private static Node field() {
    return leaf(s -> s.text(" " + s.row("body")), "text: \" {{ row.body }}\"");
  }

  private static Node gen(Random random) {
    return switch (random.nextInt(3)) {
      case 0 ->
          leaf(
              s -> s.gen("n", regex("[1-5]"), type(ValueType.INTEGER)),
              "gen: n\nregex: \"[1-5]\"\ntype: integer");
      case 1 ->
          leaf(
              s -> s.gen("c", choices("a", "b"), temperature(0.5)),
              "gen: c\nchoices: [a, b]\ntemperature: 0.5");
      default -> leaf(s -> s.gen("t", maxTokens(9)), "gen: t\nmaxTokens: 9");
    };
  }

  private static Node select(Random random) {
    ChoiceMethod[] methods = ChoiceMethod.values();
    ChoiceMethod method = methods[random.nextInt(methods.length)];
    return leaf(
        s -> s.choose("k", CHOICES, Options.method(method)),
        "select: k\nchoices: [billing, shipping, late delivery]\nmethod: "
            + method.name().toLowerCase(java.util.Locale.ROOT));
  }

  private static Node set(Random random) {
    return random.nextBoolean()
        ? leaf(s -> s.set("x", "got " + s.row("body")), "set: x\nto: \"got {{ row.body }}\"")
        : leaf(s -> s.set("y", 4), "set: y\nto: 4");
  }

  private static Node condition(Random random, int depth, boolean isChat) {
    List<Node> then = block(random, depth - 1, isChat);
    List<Node> otherwise = block(random, depth - 1, isChat);
    return new Node() {
      @Override
      public void run(State s) {
        boolean holds = s.gen("n", regex("[1-5]"), type(ValueType.INTEGER)).asInt() >= 3;
        (holds ? then : otherwise).forEach(node -> node.run(s));
      }

      @Override
      public List<String> yaml() {
        List<String> lines = new ArrayList<>(List.of("- gen: n", "  regex: \"[1-5]\""));
        lines.addAll(List.of("  type: integer", "- if: n >= 3", "  then:"));
        lines.addAll(indent(lines(then), "    "));
        lines.add("  else:");
        lines.addAll(indent(lines(otherwise), "    "));
        return lines;
      }
    };
  }

  private static Node loop(List<Node> body, int times) {
    return new Node() {
      @Override
      public void run(State s) {
        for (int i = 0; i < times; i++) {
          body.forEach(node -> node.run(s));
        }
      }

      @Override
      public List<String> yaml() {
        List<String> lines = new ArrayList<>(List.of("- for: i", "  in: range(" + times + ")"));
        lines.add("  steps:");
        lines.addAll(indent(lines(body), "    "));
        return lines;
      }
    };
  }

  private static Node fork(List<Node> body, int branches) {
    return new Node() {
      @Override
      public void run(State s) {
        for (State branch : s.fork(branches)) {
          body.forEach(node -> node.run(branch));
        }
      }

      @Override
      public List<String> yaml() {
        List<String> lines = new ArrayList<>(List.of("- fork: " + branches, "  steps:"));
        lines.addAll(indent(lines(body), "    "));
        return lines;
      }
    };
  }

  private static Node leaf(Program program, String yaml) {
    List<String> lines = new ArrayList<>();
    for (String line : yaml.lines().toList()) {
      lines.add((lines.isEmpty() ? "- " : "  ") + line);
    }
    return new Node() {
      @Override
      public void run(State s) {
        program.run(s);
      }

      @Override
      public List<String> yaml() {
        return lines;
      }
    };
  }

  private static List<String> lines(List<Node> nodes) {
    return nodes.stream().flatMap(node -> node.yaml().stream()).toList();
  }

  private static List<String> indent(List<String> lines, String by) {
    return lines.stream().map(line -> by + line).toList();
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
