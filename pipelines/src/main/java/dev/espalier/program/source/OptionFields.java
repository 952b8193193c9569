package dev.espalier.program.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.InvalidParametersException;
import dev.espalier.program.ChoiceMethod;
import dev.espalier.program.GenOption;
import dev.espalier.program.Options;
import dev.espalier.program.SelectOption;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the options of {@code gen} and {@code select}, which are named as in {@link Options}. */
final class OptionFields {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final YamlFields fields;
  private final List<GenOption> options = new ArrayList<>();

  private OptionFields(YamlFields fields) {
    this.fields = fields;
  }

  static List<GenOption> gen(YamlFields fields, Node at) {
    OptionFields reader = new OptionFields(fields);
    reader.read();
    try {
      Options.check(reader.options.toArray(GenOption[]::new));
    } catch (InvalidParametersException e) {
      for (InvalidParametersException.Problem problem : e.problems()) {
        fields.problem(
            fields.node(problem.parameter()).orElse(at),
            problem.message(),
            "write a value in that range, or leave `" + problem.parameter() + "` out");
      }
    } catch (EngineException e) {
      fields.problem(at, e.getMessage(), "correct the options of this step");
    }
    return reader.options;
  }

  private void read() {
    integer("maxTokens", Options::maxTokens);
    integer("minTokens", Options::minTokens);
    integer("n", Options::n);
    number("temperature", Options::temperature);
    number("topP", Options::topP);
    integer("topK", Options::topK);
    number("minP", Options::minP);
    number("presencePenalty", Options::presencePenalty);
    number("frequencyPenalty", Options::frequencyPenalty);
    number("repetitionPenalty", Options::repetitionPenalty);
    add(logitBias("logitBias"), Options::logitBias);
    add(tokens("allowedTokens"), Options::allowedTokens);
    add(fullStrings("badWords"), Options::badWords);
    add(fullStrings("stop"), Options::stop);
    add(tokens("stopTokens"), Options::stopTokens);
    add(fields.text("stopRegex"), Options::stopRegex);
    add(fields.flag("ignoreEos").filter(on -> on), on -> Options.ignoreEos());
    add(fields.flag("includeStop").filter(on -> on), on -> Options.includeStop());
    integer("logprobs", Options::logprobs);
    integer("promptLogprobsFrom", Options::promptLogprobsFrom);
    add(fields.text("regex"), Options::regex);
    add(strings("choices"), Options::choices);
    add(schema("jsonSchema"), Options::jsonSchema);
    add(fields.text("grammar"), Options::grammar);
    add(type(fields), Options::type);
  }

  private <T> void add(Optional<T> value, Function<T, GenOption> option) {
    value.ifPresent(present -> options.add(option.apply(present)));
  }

  private void integer(String key, Function<Integer, GenOption> option) {
    add(fields.number(key, Integer::valueOf, "an integer"), option);
  }

  private void number(String key, Function<Double, GenOption> option) {
    add(fields.number(key, Double::valueOf, "a number"), option);
  }

  private Optional<String[]> strings(String key) {
    return fields.texts(key).map(texts -> texts.toArray(String[]::new));
  }

  /** Texts none of which is empty; those that are become problems at their place. */
  private Optional<String[]> fullStrings(String key) {
    Optional<Node> node = fields.node(key);
    List<Node> items =
        node.isPresent() && node.get() instanceof SequenceNode list
            ? list.getValue()
            : node.stream().toList();
    boolean full = true;
    for (Node item : items) {
      if (item instanceof ScalarNode text && text.getValue().isEmpty()) {
        fields.problem(
            item,
            "`" + key + "` holds the empty string \"\"",
            "write at least one character, or leave it out");
        full = false;
      }
    }
    return full ? strings(key) : Optional.empty();
  }

  private Optional<Set<Integer>> tokens(String key) {
    Optional<List<String>> ids = fields.texts(key);
    if (ids.isPresent() && ids.get().isEmpty()) {
      fields.problem(
          fields.node(key).orElseThrow(),
          "`" + key + "` lists no token",
          "list at least one token id, or leave it out");
      return Optional.empty();
    }
    return ids.isEmpty() ? Optional.empty() : converted(key, () -> tokenIds(ids.get()));
  }

  private static Set<Integer> tokenIds(List<String> ids) {
    Set<Integer> tokens = new HashSet<>();
    ids.forEach(id -> tokens.add(Integer.valueOf(id)));
    return tokens;
  }

  private Optional<Map<Integer, Double>> logitBias(String key) {
    Optional<Node> node = fields.node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    return converted(
        key,
        () -> {
          Map<Integer, Double> bias = new TreeMap<>();
          ((Map<?, ?>) YamlFields.plain(node.get()))
              .forEach(
                  (token, value) ->
                      bias.put(
                          Integer.valueOf(String.valueOf(token)),
                          Double.valueOf(String.valueOf(value))));
          return bias;
        });
  }

  private <T> Optional<T> converted(String key, java.util.function.Supplier<T> conversion) {
    try {
      return Optional.of(conversion.get());
    } catch (NumberFormatException | ClassCastException e) {
      fields.problem(
          fields.node(key).orElseThrow(),
          "`" + key + "` does not hold token ids",
          "write ids of the model's tokens, such as 42");
      return Optional.empty();
    }
  }

  /** A schema written as YAML or as JSON in a text. */
  private Optional<String> schema(String key) {
    Optional<Node> node = fields.node(key);
    if (node.isPresent() && node.get() instanceof MappingNode mapping) {
      try {
        return Optional.of(JSON.writeValueAsString(YamlFields.plain(mapping)));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("values of YAML can be written as JSON", e);
      }
    }
    return fields.text(key);
  }

  /** The type of a value, in lower case. */
  static Optional<ValueType> type(YamlFields fields) {
    return constant(fields, "type", ValueType.Scalar.values()).map(type -> type);
  }

  static List<SelectOption> select(YamlFields fields) {
    List<SelectOption> options = new ArrayList<>();
    constant(fields, "method", ChoiceMethod.values())
        .ifPresent(method -> options.add(Options.method(method)));
    type(fields).ifPresent(type -> options.add(Options.type(type)));
    return options;
  }

  private static <E extends Enum<E>> Optional<E> constant(
      YamlFields fields, String key, E[] constants) {
    Optional<String> text = fields.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    for (E constant : constants) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text.get())) {
        return Optional.of(constant);
      }
    }
    fields.problem(
        fields.node(key).orElseThrow(),
        "`" + text.get() + "` is no " + key,
        "use "
            + String.join(
                ", ",
                Arrays.stream(constants).map(c -> c.name().toLowerCase(Locale.ROOT)).toList()));
    return Optional.empty();
  }
}
