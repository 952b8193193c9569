package dev.espalier.engine.constrain;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.constrain.vocabulary.VocabularyTrie;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Measures what masks cost with real vocabularies: once when a place in a constraint is met first,
 * and again when it is met later. Arguments: directories with a {@code tokenizer.json}.
 *
 * <p>Each constraint is walked by outputs that are drawn evenly among the bytes that may come next,
 * for as long as is given below; {@code first} is the mean time of a step of the first walk of a
 * fresh compiler after another one has warmed up the code, {@code later} that of the same walk once
 * more.
 */
public final class MaskBenchmark {
  private static final int WALKS = 20;
  private static final int TOKENS = 200;

  private static final String TICKET =
      """
      {"type": "object", "additionalProperties": false,
       "required": ["id", "category", "urgency", "summary", "created", "tags"],
       "properties": {
         "id": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4,8}$"},
         "category": {"enum": ["billing", "bug", "feature", "other", "spam"]},
         "urgency": {"type": "integer", "minimum": 1, "maximum": 5},
         "summary": {"type": "string", "minLength": 5, "maxLength": 200},
         "created": {"type": "string", "format": "date-time"},
         "tags": {"type": "array", "maxItems": 8, "items": {"type": "string", "maxLength": 20}}}}
      """;

  private static final String TREE =
      """
      {"$ref": "#/$defs/node",
       "$defs": {"node": {"type": "object", "additionalProperties": false, "required": ["value"],
         "properties": {"value": {"type": ["number", "string", "null"]},
                        "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}}}
      """;

  private static final String ARITHMETIC =
      """
      root ::= expr
      expr ::= term | expr ("+" | "-") term
      term ::= factor ("*" term)?
      factor ::= [0-9]{1,3} | "(" expr ")" | /[a-z]\\w*/
      """;

  private MaskBenchmark() {}

  private static Map<String, Constraint> constraints() {
    Map<String, Constraint> constraints = new TreeMap<>();
    constraints.put("regex any text", new Constraint.Regex("(?s).*"));
    constraints.put("regex 1 to 100 letters", new Constraint.Regex("[\\p{L} ]{1,100}"));
    constraints.put("regex date", new Constraint.Regex("\\d{4}-\\d\\d-\\d\\d"));
    constraints.put(
        "regex sentences", new Constraint.Regex("([A-Z][a-z]*( [a-z]+){2,9}\\.( |\\n))+"));
    constraints.put(
        "choice of 5",
        new Constraint.Choice(List.of("billing", "bug", "feature", "other", "spam")));
    constraints.put("schema ticket", new Constraint.JsonSchema(TICKET));
    constraints.put("schema tree", new Constraint.JsonSchema(TREE));
    constraints.put("schema any", new Constraint.JsonSchema("{}"));
    constraints.put("grammar arithmetic", new Constraint.Grammar(ARITHMETIC));
    return constraints;
  }

  public static void main(String[] directories) {
    for (String directory : directories) {
      HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(Path.of(directory));
      long start = System.nanoTime();
      new VocabularyTrie(tokenizer, tokenizer.size());
      System.out.printf(
          "%s: %d tokens, tree in %.0f ms%n",
          directory, tokenizer.size(), (System.nanoTime() - start) / 1e6);
      constraints()
          .forEach(
              (name, constraint) -> {
                measure(new ConstraintCompiler(tokenizer, tokenizer.size()), tokenizer, constraint);
                ConstraintCompiler fresh = new ConstraintCompiler(tokenizer, tokenizer.size());
                System.out.println("  " + name + ": " + measure(fresh, tokenizer, constraint));
              });
    }
  }

  private static String measure(
      ConstraintCompiler compiler, HuggingFaceTokenizer tokenizer, Constraint constraint) {
    long start = System.nanoTime();
    CompiledConstraint compiled = compiler.compile(constraint);
    double compileMillis = (System.nanoTime() - start) / 1e6;
    List<int[]> walks = new ArrayList<>();
    List<Double> first = new ArrayList<>();
    for (int seed = 0; seed < WALKS; seed++) {
      walks.add(draw(compiled, tokenizer, seed, first));
    }
    double slowest = first.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double firstSum = first.stream().mapToDouble(Double::doubleValue).sum();
    int steps = walks.stream().mapToInt(walk -> walk.length).sum();
    long again = System.nanoTime();
    long check = 0;
    for (int[] walk : walks) {
      CompiledConstraint.State state = compiled.start();
      for (int token : walk) {
        check += state.allowed()[0] + state.forced() + (state.mayEnd() ? 1 : 0);
        state = state.next(token);
      }
    }
    double laterMicros = (System.nanoTime() - again) / 1e3 / steps;
    return "compile %.1f ms, first %.1f us a token (slowest %.0f), later %.2f us a token, %d tokens%s"
        .formatted(
            compileMillis, firstSum / steps, slowest, laterMicros, steps, check == 1 ? "!" : "");
  }

  /** The tokens of a walk; adds the microseconds of each step. */
  private static int[] draw(
      CompiledConstraint compiled, HuggingFaceTokenizer tokenizer, long seed, List<Double> micros) {
    Random random = new Random(seed);
    int[] tokens = new int[TOKENS];
    int count = 0;
    CompiledConstraint.State state = compiled.start();
    while (count < TOKENS) {
      long start = System.nanoTime();
      BitSet allowed = BitSet.valueOf(state.allowed());
      micros.add((System.nanoTime() - start) / 1e3);
      if (allowed.isEmpty()) {
        break;
      }
      BitSet firsts = new BitSet(256);
      allowed.stream().forEach(t -> firsts.set(tokenizer.bytes(t)[0] & 0xFF));
      int[] bytes = firsts.stream().toArray();
      int first = bytes[random.nextInt(bytes.length)];
      int[] fitting =
          allowed.stream().filter(t -> (tokenizer.bytes(t)[0] & 0xFF) == first).toArray();
      int token = fitting[random.nextInt(fitting.length)];
      tokens[count++] = token;
      start = System.nanoTime();
      state = state.next(token);
      micros.add((System.nanoTime() - start) / 1e3);
    }
    return Arrays.copyOf(tokens, count);
  }
}
