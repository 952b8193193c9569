package dev.espalier.program;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Message;
import dev.espalier.row.Encoding;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One path of a running program: the text so far and the values that the model gave.
 *
 * <p><b>Prompts.</b> Text before any role is a raw prompt, which begins as the tokenizer begins an
 * input. Roles make turns of the checkpoint's chat template; a step right after a turn of another
 * role opens the assistant's, and text, {@link #assistant} and further steps go on in it until the
 * next role. The two kinds do not mix.
 *
 * <p><b>Tokens.</b> All that is written between two values of the model is one piece of text and
 * tokenised together; what the model generated stays as its token ids. Nothing becomes a control
 * token that merely looks like one: special tokens come from the chat template and from {@link
 * #special} alone.
 *
 * <p><b>Waiting.</b> Writing and {@link #gen} never wait; reading a {@link Value} does. So branches
 * of a {@link #fork} run side by side as long as nothing is read before all are written.
 *
 * <p>To be used by the thread that runs the program only.
 */
public final class State {
  /** Most branches of a fork. */
  public static final int MOST_BRANCHES = 1024;

  /** Most choices of a select, and of a generation that is constrained to choices. */
  public static final int MOST_CHOICES = 10_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RowRun run;
  private final PromptEncoder encoder;
  private final Prompt prompt;
  private final Scope scope;
  private RowRun.Listeners listeners;

  State(RowRun run, PromptEncoder encoder, Prompt prompt, Scope scope, RowRun.Listeners listeners) {
    this.run = run;
    this.encoder = encoder;
    this.prompt = prompt;
    this.scope = scope;
    this.listeners = listeners;
  }

  /** Writes text: into the open turn, or into a prompt without roles. */
  public State text(String text) {
    prompt.write(new PromptPart.Text(text));
    return this;
  }

  /**
   * Writes a special token of the model, such as {@code <|im_start|>}, as {@link #text} does.
   *
   * @throws RowException if the model has no such special token
   */
  public State special(String token) {
    prompt.write(new PromptPart.Special(token));
    return this;
  }

  /** Writes a turn of the system. */
  public State system(String text) {
    prompt.turn("system", text);
    return this;
  }

  /** Writes a turn of the user. */
  public State user(String text) {
    prompt.turn("user", text);
    return this;
  }

  /** Writes into the assistant's turn, opening it if it is not open: an example, or a beginning. */
  public State assistant(String text) {
    prompt.turn("assistant", text);
    return this;
  }

  public Row row() {
    return run.row();
  }

  /**
   * A field of the row as text: numbers and truth values as Java writes them, lists and maps as
   * JSON.
   *
   * @throws RowException with {@link RowError#MISSING_FIELD} if the row lacks the field or it is
   *     null
   */
  public String row(String field) {
    Object value = run.row().fields().get(field);
    if (value == null) {
      boolean isThere = run.row().fields().containsKey(field);
      throw new RowException(
          RowError.MISSING_FIELD,
          isThere
              ? "the field \"" + field + "\" is null"
              : "the row has no field \""
                  + field
                  + "\"; it has "
                  + String.join(", ", run.row().fields().keySet()));
    }
    if (value instanceof List || value instanceof Map) {
      try {
        return JSON.writeValueAsString(value);
      } catch (JsonProcessingException e) {
        throw new RowException(
            RowError.PROGRAM_FAILED, "the field \"" + field + "\" cannot be written as JSON");
      }
    }
    return value.toString();
  }

  /**
   * Lets the model go on, at most 16 tokens and greedily unless options say otherwise, and gives
   * what it writes a name.
   */
  public Value gen(String name, GenOption... options) {
    GenRequest request = GenRequest.of(options);
    String path = scope.step(name);
    Prompt.Piece piece = prompt.piece(false);
    CompletableFuture<ForwardResult> step =
        run.generate(path, prompt, piece.tokens(), request, listeners);
    for (int i = 1; i < request.sampling().n(); i++) {
      scope.assignSample(name, i, sample(request.type(), step, i));
    }
    return answer(name, request.type(), piece, step);
  }

  private static Value sample(ValueType type, CompletableFuture<ForwardResult> step, int index) {
    return new Value(
        type,
        step.thenApply(
            result -> {
              ForwardResult.Text text = result.texts().get(index);
              return new Value.Answer(text.value(), List.of(text.output()), List.of(), List.of());
            }));
  }

  private Value answer(
      String name, ValueType type, Prompt.Piece piece, CompletableFuture<ForwardResult> step) {
    prompt.answer(
        piece, step.thenApply(r -> r.output().text()), step.thenApply(ForwardResult::after));
    Value value = new Value(type, step.thenApply(ForwardResult::answer));
    scope.assign(name, value);
    return value;
  }

  /** {@link #choose}, waiting for the winner. */
  public String select(String name, List<String> choices, SelectOption... options) {
    return choose(name, choices, options).asString();
  }

  /**
   * Weighs each choice by its log-probability after the text so far, goes on with the one that
   * wins, and gives it a name.
   *
   * <p>The tokens of a choice are those of its text on its own, after the tokens of the text so
   * far. Spaces that the program wrote last are moved to the front of every choice, as a tokenizer
   * does in running text: {@code text("Category: ")} with the choice {@code billing} is scored as
   * {@code "Category:"} and {@code " billing"}. The value is the choice as given here.
   */
  public Value choose(String name, List<String> choices, SelectOption... options) {
    ChoiceMethod method = ChoiceMethod.LOG_LIKELIHOOD;
    ValueType type = ValueType.STRING;
    for (SelectOption option : options) {
      if (option instanceof Options.Method chosen) {
        method = chosen.method();
      } else if (option instanceof Options.Type typed) {
        type = typed.type();
      }
    }
    checkChoices(name, choices);
    String path = scope.step(name);
    Prompt.Piece piece = prompt.piece(true);
    List<TokenSequence> tokens = new ArrayList<>();
    for (String choice : choices) {
      tokens.add(encoder.encodeChoice(piece.spaces() + choice));
    }
    CompletableFuture<ForwardResult> step =
        run.select(
            path,
            prompt,
            piece.tokens(),
            new StepTarget.Selection(choices, tokens, method, type),
            listeners);
    return answer(name, type, piece, step);
  }

  private static void checkChoices(String name, List<String> choices) {
    Set<String> seen = new HashSet<>();
    if (choices.isEmpty()) {
      throw new RowException(RowError.PROGRAM_FAILED, "the select " + name + " has no choices");
    }
    if (choices.size() > MOST_CHOICES) {
      String both = choices.size() + " choices but may have " + MOST_CHOICES;
      throw new RowException(RowError.PROGRAM_FAILED, "the select " + name + " has " + both);
    }
    for (String choice : choices) {
      if (choice.isEmpty() || !seen.add(choice)) {
        throw new RowException(
            RowError.PROGRAM_FAILED,
            "the select "
                + name
                + " has the choice \""
                + choice
                + "\", "
                + (choice.isEmpty() ? "which is empty" : "twice"));
      }
    }
  }

  /** {@link #fork(String, long)} with the name {@code fork}. */
  public Fork fork(long branches) {
    return fork("fork", branches);
  }

  /**
   * Branches that each go on from here on their own, side by side. The steps of branch {@code i}
   * are {@code name[i]/value}; the values of all branches are one column, the list {@code
   * name/value}.
   *
   * @param branches 1 to {@link #MOST_BRANCHES}
   */
  public Fork fork(String name, long branches) {
    if (branches < 1 || branches > MOST_BRANCHES) {
      throw new RowException(
          RowError.PROGRAM_FAILED,
          "the fork " + name + " has " + branches + " branches but may have 1 to " + MOST_BRANCHES);
    }
    String path = scope.fork(name);
    List<State> states = new ArrayList<>();
    for (int i = 0; i < branches; i++) {
      states.add(
          new State(
              run, encoder, prompt.copy(), scope.branch(name, path, i, (int) branches), listeners));
    }
    return new Fork(states);
  }

  /** A branch on its own; its values are columns and steps {@code copy/value}. */
  public State copy() {
    return new State(run, encoder, prompt.copy(), scope.copy(), listeners);
  }

  /** Runs another program here, as if its text stood in this one. */
  public State call(Program program) {
    program.run(this);
    return this;
  }

  /**
   * Runs another program here. Its text goes on with this one's; its values have names of their
   * own, which are columns and steps {@code name/value}, also for {@link #get}.
   */
  public State call(String name, Program program) {
    program.run(new State(run, encoder, prompt, scope.call(name), listeners));
    return this;
  }

  /**
   * Gives a value a name, and so a column.
   *
   * @param value a string, an integer, a number, a truth value or null; or a {@link Value}, which
   *     is not waited for
   * @throws RowException with {@link RowError#INVALID_TEXT} for half of a surrogate pair
   */
  public State set(String name, Object value) {
    if (value instanceof String text && !Encoding.isWellFormed(text)) {
      throw new RowException(
          RowError.INVALID_TEXT, "the value \"" + name + "\" has half of a surrogate pair");
    }
    scope.assign(name, value instanceof Value known ? known : Value.computed(value));
    return this;
  }

  /**
   * The last value of this name in this program, of a branch also what it had before the fork; of a
   * call, {@code name/value}.
   *
   * @throws RowException with {@link RowError#UNDEFINED_VARIABLE} if there is none
   */
  public Value get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new RowException(
                    RowError.UNDEFINED_VARIABLE, "there is no value \"" + name + "\" here"));
  }

  /** {@link #get}, or empty. */
  public Optional<Value> find(String name) {
    return Optional.ofNullable(scope.find(name));
  }

  /** The names that {@link #get} knows, in the order in which they were first given a value. */
  public Set<String> names() {
    return scope.names();
  }

  /** All that the model would have before it in a step now, special tokens written out; waits. */
  public String text() {
    return prompt.text();
  }

  /** The turns so far; empty for a prompt without roles. Waits for the answers in them. */
  public List<Message> messages() {
    return prompt.messages();
  }

  /** Tells {@code listener} of the steps from here on: of this state, its branches and calls. */
  public State onStep(StepListener listener) {
    listeners = listeners.with(listener);
    return this;
  }

  /** Waits for the last step of this path. */
  void await() {
    Value.await(prompt.tokens());
  }
}
