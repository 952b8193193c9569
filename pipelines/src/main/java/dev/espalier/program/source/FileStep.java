package dev.espalier.program.source;

import dev.espalier.jinja.SpelledNumber;
import dev.espalier.program.Fork;
import dev.espalier.program.GenOption;
import dev.espalier.program.Options;
import dev.espalier.program.RowException;
import dev.espalier.program.SelectOption;
import dev.espalier.program.State;
import dev.espalier.program.Value;
import dev.espalier.row.RowError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A step of a program file. Immutable. */
sealed interface FileStep {

  void run(State state, Frame frame);

  static void runAll(List<FileStep> steps, State state, Frame frame) {
    for (FileStep step : steps) {
      frame.budget().step();
      step.run(state, frame);
    }
  }

  /** Whether this step, or one inside it, may ask for log-probabilities of tokens. */
  default boolean reportsTokens() {
    return false;
  }

  static boolean anyReportsTokens(List<FileStep> steps) {
    return steps.stream().anyMatch(FileStep::reportsTokens);
  }

  /**
   * Most tokens that the model generates in this step and those inside it, the choices of a select
   * left out; empty if it depends on a value of the row.
   */
  default OptionalLong mostGeneratedTokens() {
    return OptionalLong.of(0);
  }

  static OptionalLong mostGeneratedTokens(List<FileStep> steps) {
    long sum = 0;
    for (FileStep step : steps) {
      OptionalLong most = step.mostGeneratedTokens();
      if (most.isEmpty()) {
        return most;
      }
      sum += most.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  /** What a step writes with. */
  enum Writer {
    TEXT,
    SYSTEM,
    USER,
    ASSISTANT
  }

  /** {@code text}, {@code system}, {@code user}, {@code assistant}. */
  record Write(Writer writer, Template text) implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      String rendered = text.render(frame.names(state));
      State unused =
          switch (writer) {
            case TEXT -> state.text(rendered);
            case SYSTEM -> state.system(rendered);
            case USER -> state.user(rendered);
            case ASSISTANT -> state.assistant(rendered);
          };
    }
  }

  /** {@code special}. */
  record Special(String token) implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      state.special(token);
    }
  }

  /** {@code gen}. */
  record Gen(String name, List<GenOption> options) implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      state.gen(name, options.toArray(GenOption[]::new));
    }

    @Override
    public boolean reportsTokens() {
      return Options.reportTokenLogprobs(options.toArray(GenOption[]::new));
    }

    @Override
    public OptionalLong mostGeneratedTokens() {
      return OptionalLong.of(Options.mostGeneratedTokens(options.toArray(GenOption[]::new)));
    }
  }

  /**
   * {@code select}.
   *
   * @param listed choices in the file
   * @param computed or else an expression that gives them
   */
  record Select(
      String name, List<String> listed, Optional<Template> computed, List<SelectOption> options)
      implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      List<String> choices = listed;
      if (computed.isPresent()) {
        Frame.Names names = frame.names(state);
        choices =
            FileStep.items(computed.get(), names, "the choices of " + name).stream()
                .map(item -> printed(computed.get(), item, names))
                .toList();
      }
      state.choose(name, choices, options.toArray(SelectOption[]::new));
    }

    private String printed(Template choices, Object item, Frame.Names names) {
      if (item == null) {
        throw choices.unusable("", "one of the choices of " + name + " is null", names);
      }
      return choices.print(item, names);
    }
  }

  /** {@code fork}. */
  record Branches(String name, Template count, String index, List<FileStep> steps)
      implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      Frame.Names names = frame.names(state);
      Object value = count.evaluate(names);
      Object number = value instanceof SpelledNumber spelled ? spelled.value() : value;
      if (!(number instanceof Long branches) || branches < 1 || branches > State.MOST_BRANCHES) {
        throw count.unusable(
            value,
            "the number of branches of "
                + name
                + " is "
                + FileStep.described(value)
                + ", not a whole number from 1 to "
                + State.MOST_BRANCHES,
            names);
      }
      Fork fork = state.fork(name, branches);
      for (int i = 0; i < fork.size(); i++) {
        runAll(steps, fork.get(i), frame.with(index, (long) i));
      }
      frame.remember(name, fork);
    }

    @Override
    public OptionalLong mostGeneratedTokens() {
      OptionalLong each = FileStep.mostGeneratedTokens(steps);
      String written = count.source().text().strip();
      boolean known = written.matches("[0-9]{1,9}") || each.equals(OptionalLong.of(0));
      return known && each.isPresent()
          ? OptionalLong.of(each.getAsLong() == 0 ? 0 : each.getAsLong() * Long.parseLong(written))
          : OptionalLong.empty();
    }

    @Override
    public boolean reportsTokens() {
      return anyReportsTokens(steps);
    }
  }

  /**
   * {@code join}.
   *
   * @param fork its name; empty for the last
   */
  record Join(Optional<String> fork) implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      Fork joined =
          frame
              .fork(fork)
              .orElseThrow(
                  () ->
                      new RowException(
                          RowError.PROGRAM_FAILED,
                          "there is no fork " + fork.orElse("") + " to join here"))
              .join();
      for (String name : joined.get(0).names()) {
        List<Value> values = new ArrayList<>();
        joined.forEach(branch -> branch.find(name).ifPresent(values::add));
        boolean isOfBranches = values.get(0) != state.find(name).orElse(null);
        if (values.size() == joined.size() && isOfBranches && name.indexOf('/') < 0) {
          frame.gather(name, values);
        }
      }
    }
  }

  /** {@code if}. */
  record If(Template condition, List<FileStep> then, List<FileStep> otherwise) implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      runAll(condition.isTrue(frame.names(state)) ? then : otherwise, state, frame);
    }

    @Override
    public boolean reportsTokens() {
      return anyReportsTokens(then) || anyReportsTokens(otherwise);
    }

    @Override
    public OptionalLong mostGeneratedTokens() {
      OptionalLong one = FileStep.mostGeneratedTokens(then);
      OptionalLong other = FileStep.mostGeneratedTokens(otherwise);
      return one.isPresent() && other.isPresent()
          ? OptionalLong.of(Math.max(one.getAsLong(), other.getAsLong()))
          : OptionalLong.empty();
    }
  }

  /** {@code for}. */
  record For(String variable, Template items, List<FileStep> steps) implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      List<Object> values =
          FileStep.items(items, frame.names(state), "what `for " + variable + "` goes through");
      for (Object item : values) {
        runAll(steps, state, frame.with(variable, item));
      }
    }

    /** How often is known with the row. */
    @Override
    public OptionalLong mostGeneratedTokens() {
      OptionalLong once = FileStep.mostGeneratedTokens(steps);
      return once.equals(OptionalLong.of(0)) ? once : OptionalLong.empty();
    }

    @Override
    public boolean reportsTokens() {
      return anyReportsTokens(steps);
    }
  }

  /** {@code set}. */
  record Set(String name, ValueSource value) implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      state.set(name, value.get(frame.names(state)));
    }
  }

  /**
   * {@code call}.
   *
   * @param name of the scope; empty runs the program as if its steps stood here
   */
  record Call(Optional<String> name, FileProgram program, Map<String, ValueSource> arguments)
      implements FileStep {
    @Override
    public void run(State state, Frame frame) {
      Map<String, Object> values = new LinkedHashMap<>();
      Frame.Names names = frame.names(state);
      arguments.forEach((parameter, source) -> values.put(parameter, source.get(names)));
      if (name.isPresent()) {
        state.call(name.get(), callee -> program.run(callee, values, frame.budget()));
      } else {
        program.run(state, values, frame.budget());
      }
    }

    @Override
    public boolean reportsTokens() {
      return program.reportsTokenLogprobs();
    }

    @Override
    public OptionalLong mostGeneratedTokens() {
      return program.mostGeneratedTokens();
    }
  }

  private static List<Object> items(Template source, Frame.Names names, String what) {
    Object value = source.evaluate(names);
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    } else if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    }
    throw source.unusable(value, what + " is no list but " + described(value), names);
  }

  private static String described(Object value) {
    if (value == null) {
      return "null";
    } else if (value instanceof String text) {
      return "a text of " + text.length() + " characters";
    } else if (value instanceof List<?> list) {
      return "a list of " + list.size();
    }
    return value instanceof SpelledNumber number
        ? number.spelling()
        : value instanceof Map ? "a mapping" : String.valueOf(value);
  }
}
