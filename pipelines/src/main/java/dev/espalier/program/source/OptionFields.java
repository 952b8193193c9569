package dev.espalier.program.source;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.InvalidParametersException;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.program.ChoiceMethod;
import dev.espalier.program.GenOption;
import dev.espalier.program.Options;
import dev.espalier.program.SchemaTypes;
import dev.espalier.program.SelectOption;
import dev.espalier.row.ValueType;
import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlScalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads the options of {@code gen} and {@code select}, which are named as in {@link Options}. */
final class OptionFields {
  private static final String JSON = "json";
  private static final Map<String, ValueType> TYPES = new LinkedHashMap<>();

  static {
    TYPES.put("string", ValueType.STRING);
    TYPES.put("integer", ValueType.INTEGER);
    TYPES.put("number", ValueType.NUMBER);
    TYPES.put("boolean", ValueType.BOOLEAN);
    // A JSON document stays the text that it is.
    TYPES.put(JSON, ValueType.STRING);
  }

  private final YamlFields fields;
  private final String step;
  private final Consumer<ModelUse> modelUses;
  private final List<GenOption> options = new ArrayList<>();
  private ValueType type = ValueType.STRING;
  private int samples = 1;
  private int maxTokens = SamplingParameters.defaults().maxTokens();

  private OptionFields(YamlFields fields, String step, Consumer<ModelUse> modelUses) {
    this.fields = fields;
    this.step = step;
    this.modelUses = modelUses;
  }

  /**
   * The options of a generation.
   *
   * @param modelUses takes what they ask of the model
   */
  static OptionFields gen(YamlFields fields, String step, Consumer<ModelUse> modelUses) {
    OptionFields reader = new OptionFields(fields, step, modelUses);
    reader.read();
    return reader;
  }

  List<GenOption> options() {
    return options;
  }

  /** The type of each sample. */
  ValueType type() {
    return type;
  }

  int samples() {
    return samples;
  }

  private void read() {
    integer("maxTokens", Options::maxTokens).ifPresent(value -> maxTokens = value);
    integer("minTokens", Options::minTokens);
    integer("n", Options::n).ifPresent(value -> samples = value);
    number("temperature", Options::temperature);
    number("topP", Options::topP);
    integer("topK", Options::topK);
    number("minP", Options::minP);
    number("presencePenalty", Options::presencePenalty);
    number("frequencyPenalty", Options::frequencyPenalty);
    number("repetitionPenalty", Options::repetitionPenalty);
    add(logitBias("logitBias"), Options::logitBias);
    add(tokens("allowedTokens"), Options::allowedTokens);
    add(strings("badWords"), Options::badWords);
    add(strings("stop"), Options::stop);
    add(tokens("stopTokens"), Options::stopTokens);
    Optional<String> stopRegex = fields.text("stopRegex");
    add(stopRegex, Options::stopRegex);
    stopRegex.ifPresent(pattern -> constrain("stopRegex", new Constraint.Regex(pattern)));
    add(fields.flag("ignoreEos").filter(on -> on), on -> Options.ignoreEos());
    add(fields.flag("includeStop").filter(on -> on), on -> Options.includeStop());
    integer("logprobs", Options::logprobs);
    integer("promptLogprobsFrom", Options::promptLogprobsFrom);
    readConstraints();
    check();
  }

  private void readConstraints() {
    Optional<String> regex = fields.text("regex");
    add(regex, Options::regex);
    regex.ifPresent(pattern -> constrain("regex", new Constraint.Regex(pattern)));
    Optional<String[]> choices = choices();
    add(choices, Options::choices);
    choices.ifPresent(list -> constrain("choices", new Constraint.Choice(List.of(list))));
    Optional<String> schema = schema("jsonSchema");
    add(schema, Options::jsonSchema);
    schema.ifPresent(text -> constrain("jsonSchema", new Constraint.JsonSchema(text)));
    Optional<String> grammar = fields.text("grammar");
    add(grammar, Options::grammar);
    grammar.ifPresent(ebnf -> constrain("grammar", new Constraint.Grammar(ebnf)));
    Optional<ValueType> given = type(fields);
    add(given, Options::type);
    type = given.orElse(schema.map(SchemaTypes::of).orElse(ValueType.STRING));
    boolean isJson = fields.node("type").filter(OptionFields::isJson).isPresent();
    if (isJson && schema.isEmpty()) {
      fields.problem(
          fields.placeOf("type"), "`type: json` goes with `jsonSchema`", "add `jsonSchema: {}`");
    }
  }

  private static boolean isJson(YamlNode node) {
    return node instanceof YamlScalar scalar && scalar.text().equals(JSON);
  }

  private void constrain(String field, Constraint constraint) {
    YamlNode at = fields.node(field).orElseThrow();
    modelUses.accept(new ConstraintUse(step, field, at, constraint, maxTokens));
  }

  private <T> void add(Optional<T> value, Function<T, GenOption> option) {
    value.ifPresent(present -> options.add(option.apply(present)));
  }

  private void check() {
    try {
      Options.check(options.toArray(GenOption[]::new));
    } catch (InvalidParametersException e) {
      for (InvalidParametersException.Problem problem : e.problems()) {
        fields.problem(
            fields.node(problem.parameter()).map(YamlNode::place).orElse(fields.place()),
            problem.message(),
            "write a value in that range, or leave `" + problem.parameter() + "` out");
      }
    } catch (EngineException e) {
      fields.problem(fields.place(), e.getMessage(), "correct the options of this step");
    }
  }

  private Optional<Integer> integer(String key, Function<Integer, GenOption> option) {
    Optional<Integer> value = fields.integer(key);
    add(value, option);
    return value;
  }

  private void number(String key, Function<Double, GenOption> option) {
    add(fields.number(key), option);
  }

  private Optional<String[]> strings(String key) {
    Optional<List<YamlScalar>> scalars = fields.scalars(key);
    if (scalars.isEmpty()) {
      return Optional.empty();
    }
    boolean isFull = true;
    for (YamlScalar scalar : scalars.get()) {
      if (scalar.text().isEmpty()) {
        fields.problem(
            scalar,
            "`" + key + "` holds the empty string \"\"",
            "write at least one character, or leave it out");
        isFull = false;
      }
    }
    if (!isFull) {
      return Optional.empty();
    }
    return scalars.map(texts -> texts.stream().map(YamlScalar::text).toArray(String[]::new));
  }

  private Optional<String[]> choices() {
    Optional<YamlNode> node = fields.node("choices");
    if (node.isPresent() && node.get() instanceof YamlScalar one && !one.isNull()) {
      fields.problem(
          one,
          "`choices` of a gen is one text, `" + one.text() + "`",
          "write a list, [yes, no]; `select` takes an expression that gives one");
      return Optional.empty();
    }
    Optional<List<YamlScalar>> scalars = fields.scalars("choices");
    scalars.ifPresent(
        list -> checkDistinct(fields, fields.node("choices").orElseThrow(), "choices", list));
    return scalars.map(texts -> texts.stream().map(YamlScalar::text).toArray(String[]::new));
  }

  /** Refuses a list without a text, with an empty one or with one twice. */
  static void checkDistinct(YamlFields fields, YamlNode at, String key, List<YamlScalar> scalars) {
    if (scalars.isEmpty()) {
      fields.problem(at, "`" + key + "` has no text", "list different texts");
    }
    Set<String> seen = new HashSet<>();
    for (YamlScalar scalar : scalars) {
      if (scalar.text().isEmpty()) {
        fields.problem(scalar, "`" + key + "` has an empty text \"\"", "list different texts");
      } else if (!seen.add(scalar.text())) {
        fields.problem(
            scalar, "`" + key + "` has `" + scalar.text() + "` twice", "list different texts");
      }
    }
  }

  private Optional<Set<Integer>> tokens(String key) {
    Optional<List<YamlScalar>> ids = fields.scalars(key);
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    if (ids.get().isEmpty()) {
      fields.problem(
          fields.node(key).orElseThrow(),
          "`" + key + "` lists no token",
          "list at least one token id, or leave it out");
    }
    Set<Integer> tokens = new TreeSet<>();
    for (YamlScalar id : ids.get()) {
      token(key, id).ifPresent(tokens::add);
    }
    return Optional.of(tokens);
  }

  private Optional<Integer> token(String key, YamlScalar scalar) {
    if (YamlFields.value(scalar) instanceof Long id && id >= 0 && id <= Integer.MAX_VALUE) {
      modelUses.accept(new ModelUse.Token(key, id.intValue(), scalar.place()));
      return Optional.of(id.intValue());
    }
    fields.problem(
        scalar,
        "`" + key + "` has `" + scalar.text() + "`, which is no token id",
        "write ids of the model's tokens, such as 42");
    return Optional.empty();
  }

  private Optional<Map<Integer, Double>> logitBias(String key) {
    Optional<YamlNode> node = fields.node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (!(node.get() instanceof YamlMapping mapping)) {
      fields.problem(
          node.get(), "`" + key + "` is " + node.get().kind(), "write {42: 1.5}: token id, bias");
      return Optional.empty();
    }
    Map<Integer, Double> bias = new TreeMap<>();
    for (YamlMapping.Entry entry : mapping.entries().values()) {
      Optional<Integer> token = token(key, entry.key());
      OptionalDouble number =
          entry.value() instanceof YamlScalar scalar
              ? YamlFields.finite(scalar)
              : OptionalDouble.empty();
      if (token.isPresent() && bias.containsKey(token.get())) {
        fields.problem(
            entry.key(),
            "`" + key + "` has the token id " + token.get() + " twice",
            "write each id once");
      } else if (number.isPresent()) {
        token.ifPresent(id -> bias.put(id, number.getAsDouble()));
      } else {
        fields.problem(entry.value(), "`" + key + "` has a bias that is no number", "write 1.5");
      }
    }
    return Optional.of(bias);
  }

  /** A schema written as YAML or as JSON in a text. */
  private Optional<String> schema(String key) {
    Optional<YamlNode> node = fields.node(key);
    boolean isYaml =
        node.isPresent()
            && (node.get() instanceof YamlMapping
                || (node.get() instanceof YamlScalar scalar && scalar.value() instanceof Boolean));
    if (!isYaml) {
      return fields.text(key);
    }
    try {
      return Optional.of(PlainValues.json(node.get()).toString());
    } catch (IllegalArgumentException e) {
      fields.problem(node.get(), e.getMessage(), "write a number that JSON has");
      return Optional.empty();
    }
  }

  /** The type of a value. */
  static Optional<ValueType> type(YamlFields fields) {
    return constant(fields, "type", TYPES);
  }

  static List<SelectOption> select(YamlFields fields) {
    List<SelectOption> options = new ArrayList<>();
    Map<String, ChoiceMethod> methods = new LinkedHashMap<>();
    Arrays.stream(ChoiceMethod.values())
        .forEach(method -> methods.put(method.name().toLowerCase(Locale.ROOT), method));
    constant(fields, "method", methods).ifPresent(method -> options.add(Options.method(method)));
    type(fields).ifPresent(type -> options.add(Options.type(type)));
    return options;
  }

  private static <E> Optional<E> constant(YamlFields fields, String key, Map<String, E> constants) {
    Optional<String> text = fields.text(key);
    if (text.isEmpty() || constants.containsKey(text.get())) {
      return text.map(constants::get);
    }
    fields.problem(
        fields.node(key).orElseThrow(),
        "`" + text.get() + "` is no " + key,
        NearestName.of(text.get(), constants.keySet())
                .map(near -> "did you mean " + near + "? ")
                .orElse("")
            + "use "
            + String.join(", ", constants.keySet()));
    return Optional.empty();
  }
}
