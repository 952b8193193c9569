package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.jinja.JinjaException;
import dev.espalier.jinja.JinjaTemplate;
import dev.espalier.jinja.TemplateSettings;
import dev.espalier.jinja.Variables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a checkpoint writes a conversation: the Jinja template published with it. Renders what
 * transformers' {@code apply_chat_template(tokenize=False)} renders. Thread-safe.
 *
 * <p>A template never sees the clock: {@code strftime_now} is not defined, so that templates with a
 * date fall back to their fixed one (Llama 3: 26 Jul 2024); pass {@code date_string} to set it.
 */
public final class ChatTemplate {
  private static final String TRIAL = "Hello";

  private final String source;
  private final JinjaTemplate template;
  private final Map<String, Object> specialTokens;
  private final Optional<String> trial;

  /**
   * @throws JinjaException as {@link #tryOut}
   */
  private ChatTemplate(String source, Map<String, Object> specialTokens) {
    this.source = source;
    this.template = JinjaTemplate.compile(source, TemplateSettings.CHAT);
    this.specialTokens = specialTokens;
    this.trial = tryOut();
  }

  /**
   * Reads {@code chat_template.jinja}, or the field {@code chat_template} of {@code
   * tokenizer_config.json}, which is one template or a list of named ones; of those, {@code
   * default}.
   *
   * @return empty if the checkpoint has no template, as base models have none
   * @throws EngineException CHECKPOINT_INVALID if a file is broken or the template uses what is not
   *     supported; the message names the file and the line
   */
  public static Optional<ChatTemplate> load(Path modelDirectory) {
    Path configFile = modelDirectory.resolve("tokenizer_config.json");
    JsonNode config = TokenizerFiles.parseIfPresent(configFile);
    Path templateFile = modelDirectory.resolve("chat_template.jinja");
    if (Files.exists(templateFile)) {
      return Optional.of(of(templateFile, TokenizerFiles.read(templateFile), config));
    }
    JsonNode template = config.path("chat_template");
    if (template.isArray()) {
      template = named(template, "default", configFile);
    }
    if (template.isTextual()) {
      return Optional.of(of(configFile, template.asText(), config));
    }
    if (template.isMissingNode() || template.isNull()) {
      return Optional.empty();
    }
    throw TokenizerFiles.invalid(
        configFile, "has chat_template, which is neither a text nor a list of named ones", null);
  }

  /**
   * The sources of all templates of a checkpoint, also of those that {@link #load} does not choose
   * and of one that cannot be used.
   */
  static List<String> sources(Path modelDirectory) {
    List<String> sources = new ArrayList<>();
    Path file = modelDirectory.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      sources.add(TokenizerFiles.read(file));
    }
    JsonNode field =
        TokenizerFiles.parseIfPresent(modelDirectory.resolve("tokenizer_config.json"))
            .path("chat_template");
    for (JsonNode template : field.isArray() ? field : List.of(field)) {
      sources.add(template.path("template").asText(template.asText("")));
    }
    return sources;
  }

  private static JsonNode named(JsonNode templates, String name, Path file) {
    for (JsonNode template : templates) {
      if (template.path("name").asText().equals(name) && template.path("template").isTextual()) {
        return template.path("template");
      }
    }
    throw TokenizerFiles.invalid(file, "lists chat templates, but none named " + name, null);
  }

  private static ChatTemplate of(Path file, String source, JsonNode config) {
    Map<String, Object> tokens = new LinkedHashMap<>();
    for (String name : TokenizerDefinition.NAMED_TOKENS) {
      if (config.hasNonNull(name)) {
        tokens.put(name, TokenizerFiles.tokenText(config.get(name)));
      }
    }
    try {
      return new ChatTemplate(source, tokens);
    } catch (JinjaException e) {
      throw TokenizerFiles.invalid(file, "has an unusable chat template: " + e.getMessage(), e);
    }
  }

  /**
   * A conversation of one turn of the user, whose content is {@value #TRIAL}, as the template
   * writes it; empty if the template refuses it by itself.
   *
   * @throws JinjaException what only shows when a template runs, such as a call of a function there
   *     is not
   */
  private Optional<String> tryOut() {
    try {
      return Optional.of(
          template.render(
              Variables.of(context(List.of(new Message("user", TRIAL)), true, Map.of()))));
    } catch (JinjaException e) {
      if (e.kind() != JinjaException.Kind.RAISED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** The template as the checkpoint has it. */
  public String source() {
    return source;
  }

  /** Whether it writes nothing at all where the user says something, as an empty one does. */
  public boolean writesNothing() {
    return trial.filter(String::isEmpty).isPresent();
  }

  /** Whether it leaves out what the user says, as one for contents in parts may. */
  public boolean losesContent() {
    return trial.filter(text -> !text.contains(TRIAL)).isPresent();
  }

  /** As {@link #render(List, boolean, Map)} without further variables. */
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    return render(messages, addGenerationPrompt, Map.of());
  }

  /**
   * The text of a conversation.
   *
   * @param addGenerationPrompt whether to open the turn of the assistant at the end
   * @param variables what the template may ask for, such as {@code enable_thinking}; strings,
   *     numbers, booleans, lists and maps of them
   * @throws EngineException INVALID_PARAMETERS if the template refuses the conversation, such as
   *     roles that do not alternate; the message is the template's own
   */
  public String render(
      List<Message> messages, boolean addGenerationPrompt, Map<String, Object> variables) {
    try {
      return template.render(Variables.of(context(messages, addGenerationPrompt, variables)));
    } catch (JinjaException e) {
      throw new EngineException(
          ErrorCode.INVALID_PARAMETERS,
          "the model's chat template refuses the conversation: " + e.getMessage(),
          e);
    }
  }

  /**
   * The text of a conversation with all that turns may have, such as tool calls.
   *
   * @return empty if the template refuses it
   */
  Optional<String> rendering(List<Map<String, Object>> turns, Map<String, Object> variables) {
    Map<String, Object> context = context(List.of(), false, Map.of());
    context.putAll(variables);
    context.put("messages", turns);
    try {
      return Optional.of(template.render(Variables.of(context)));
    } catch (JinjaException e) {
      return Optional.empty();
    }
  }

  /** The variables transformers gives a template, tools and documents being None. */
  private Map<String, Object> context(
      List<Message> messages, boolean addGenerationPrompt, Map<String, Object> variables) {
    List<Map<String, Object>> turns = new ArrayList<>();
    for (Message message : messages) {
      Map<String, Object> turn = new LinkedHashMap<>();
      turn.put("role", message.role());
      turn.put("content", message.content());
      turns.add(turn);
    }
    Map<String, Object> context = new LinkedHashMap<>(specialTokens);
    context.put("tools", null);
    context.put("documents", null);
    context.putAll(variables);
    context.put("messages", turns);
    context.put("add_generation_prompt", addGenerationPrompt);
    return context;
  }

  /**
   * A conversation up to where the assistant's answer starts. When the last message is the
   * assistant's, the answer goes on behind its content, which is kept to the last space although
   * some templates trim finished turns.
   *
   * @throws EngineException INVALID_PARAMETERS as {@link #render(List, boolean, Map)}
   */
  public String opening(List<Message> messages) {
    int last = messages.size() - 1;
    if (last < 0 || !messages.get(last).role().equals("assistant")) {
      return render(messages, true);
    }
    return around(messages, last, false).before() + messages.get(last).content();
  }

  /**
   * What follows an answer: the end of its turn, the turns after it, and the opening of the next
   * answer as {@link #opening}. To be appended behind the tokens of the opening and the answer.
   *
   * <p>Only the text behind the answer is taken from a new rendering of the whole conversation;
   * what stands before it stays as it was. Templates that write a turn differently once it is
   * history (Mistral moves the system prompt to the last user turn, Qwen 3 drops the reasoning of
   * earlier answers) so give another text than a single rendering at the end would: the text the
   * model has seen so far is kept, and with it the cache.
   *
   * @param messages the whole conversation; the content of the answers before {@code answered} is
   *     not looked at
   * @param answered how many of the messages are behind us; the last of these is the answer
   * @throws EngineException INVALID_PARAMETERS as {@link #render(List, boolean, Map)}
   */
  public String continuation(List<Message> messages, int answered) {
    int last = messages.size() - 1;
    if (answered < 1 || !messages.get(answered - 1).role().equals("assistant")) {
      throw new IllegalArgumentException("message " + (answered - 1) + " is no answer");
    }
    if (last < answered || !messages.get(last).role().equals("assistant")) {
      return around(messages, answered - 1, true).after();
    }
    Message open = messages.get(last);
    String placeholder = placeholder(messages);
    List<Message> marked = new ArrayList<>(messages);
    marked.set(last, new Message(open.role(), placeholder + "2"));
    String after = around(marked, answered - 1, false).after();
    return after.substring(0, only(after, placeholder + "2")) + open.content();
  }

  private record Around(String before, String after) {}

  /** The texts before and behind the content of one message. */
  private Around around(List<Message> messages, int index, boolean addGenerationPrompt) {
    String placeholder = placeholder(messages) + "1";
    List<Message> marked = new ArrayList<>(messages);
    marked.set(index, new Message(messages.get(index).role(), placeholder));
    String text = render(marked, addGenerationPrompt);
    int at = only(text, placeholder);
    return new Around(text.substring(0, at), text.substring(at + placeholder.length()));
  }

  private static int only(String text, String placeholder) {
    int at = text.indexOf(placeholder);
    if (at < 0 || text.indexOf(placeholder, at + 1) >= 0) {
      throw new EngineException(
          ErrorCode.INVALID_PARAMETERS,
          "the model's chat template does not write the content of every answer exactly once;"
              + " write this prompt as plain text instead of turns");
    }
    return at;
  }

  /** A text no message contains, of characters no template trims. */
  private static String placeholder(List<Message> messages) {
    StringBuilder placeholder = new StringBuilder("\uE000answer\uE001");
    while (messages.stream().anyMatch(m -> m.content().contains(placeholder))) {
      placeholder.append('\uE002');
    }
    return placeholder.toString();
  }
}
