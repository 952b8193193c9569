package dev.espalier.eval.task;

import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds the text before what a model is asked for. All methods throw {@link
 * IllegalArgumentException} with a sentence for the user if a document does not allow it.
 *
 * @param inputs whether each choice is an input of its own, {@code doc_to_text} being the index of
 *     the right one
 * @param evaluatedIsInPool whether the evaluated document may be among the examples
 */
record Prompts(
    TaskConfig task,
    DocumentFields fields,
    boolean inputs,
    int shots,
    boolean evaluatedIsInPool,
    FewshotSampler sampler,
    Optional<String> system,
    Optional<ChatPrompt> chat) {

  /** The contexts of a document: one, or one for each input. */
  List<String> contexts(Map<String, Object> document) {
    Optional<String> genPrefix = fields.genPrefix(document).filter(prefix -> !prefix.isEmpty());
    List<Turn> turns = new ArrayList<>();
    String description = fields.resolved(task.description(), document, "description").orElse("");
    String instruction = Turn.joined(system.orElse(""), description, task.fewshotDelimiter());
    if (!instruction.isEmpty()) {
      turns.add(new Turn("system", instruction, ""));
    }
    if (shots > 0) {
      for (Map<String, Object> example :
          sampler.sample(shots, evaluatedIsInPool ? document : null)) {
        addExample(example, turns);
      }
    }
    List<String> contexts = new ArrayList<>();
    if (inputs) {
      for (Object input : fields.choices(task.choice(), document)) {
        List<Turn> each = new ArrayList<>(turns);
        each.addAll(question(requireText(input), genPrefix, ""));
        contexts.add(text(each, genPrefix.isPresent()));
      }
      return contexts;
    }
    String question = requireText(fields.text(task.text(), document));
    turns.addAll(question(question, genPrefix, task.targetDelimiter()));
    contexts.add(text(turns, genPrefix.isPresent()));
    return contexts;
  }

  private String text(List<Turn> turns, boolean goesOn) {
    if (chat.isPresent()) {
      return chat.get().text(turns, goesOn);
    }
    StringBuilder text = new StringBuilder();
    turns.forEach(turn -> text.append(turn.content()).append(turn.delimiter()));
    return text.toString();
  }

  private static String requireText(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(
        "the prompt is " + PythonText.repr(value) + ", which is no text");
  }

  private static List<Turn> question(String text, Optional<String> genPrefix, String delimiter) {
    if (genPrefix.isEmpty()) {
      return List.of(new Turn("user", text, ""));
    }
    boolean isApart = Turn.needDelimiter(text, genPrefix.get());
    return List.of(
        new Turn("user", text, isApart ? delimiter : ""),
        new Turn("assistant", genPrefix.get(), ""));
  }

  private void addExample(Map<String, Object> example, List<Turn> turns) {
    TaskConfig.FewshotConfig config = task.fewshot();
    Object text = fields.text(config.text(), example);
    List<Object> choices =
        config.choice().isPresent() ? fields.choices(config.choice(), example) : List.of();
    Object answer = fields.target(config.target(), example);
    if (inputs) {
      text = item(choices, text);
      choices = List.of();
    }
    Optional<String> genPrefix =
        fields
            .resolved(config.genPrefix(), example, "gen_prefix")
            .filter(prefix -> !prefix.isEmpty());
    String question = requireText(text);
    boolean hasAnswer = answer != null && !answer.equals("");
    boolean isApart =
        genPrefix.isEmpty() ? hasAnswer : Turn.needDelimiter(question, genPrefix.get());
    turns.add(new Turn("user", question, isApart ? config.targetDelimiter() : ""));
    if (hasAnswer) {
      String written = Turn.joined(genPrefix.orElse(""), answerText(answer, choices), " ");
      turns.add(new Turn("assistant", written, config.fewshotDelimiter()));
    } else if (genPrefix.isPresent()) {
      turns.add(new Turn("assistant", genPrefix.get(), ""));
    }
  }

  private static String answerText(Object answer, List<Object> choices) {
    Object text = answer;
    if (!choices.isEmpty() && (answer instanceof Long || answer instanceof Boolean)) {
      text = item(choices, answer);
    } else if (answer instanceof List<?> list && !PythonText.isTuple(list)) {
      text = list.isEmpty() ? null : list.get(0);
    }
    if (text instanceof String found) {
      return found;
    }
    throw new IllegalArgumentException(
        "the answer of a few-shot example is " + PythonText.repr(answer) + ", which is no text");
  }

  /** The item at an index of Python: from the end if it is negative. */
  static Object item(List<Object> items, Object index) {
    long at =
        index instanceof Long number ? number : index instanceof Boolean truth && truth ? 1 : 0;
    long place = at < 0 ? at + items.size() : at;
    boolean isIndex = index instanceof Long || index instanceof Boolean;
    if (!isIndex || place < 0 || place >= items.size()) {
      throw new IllegalArgumentException(
          "there is no choice " + PythonText.repr(index) + " of " + items.size());
    }
    return items.get((int) place);
  }
}
