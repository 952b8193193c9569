package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which added tokens control a model: by what they are, not only by their flag, since many
 * checkpoints (DeepSeek, Command R, Qwen) leave the flag off tokens that open and close turns. A
 * token controls if it is flagged special, if the chat template writes it, or if it is written like
 * {@code <|im_start|>}. A token of blanks, letters and digits alone is text.
 *
 * <p>What a template writes is found in its source, where string constants with escapes are
 * unescaped, and in renderings of conversations with all roles, tools and settings, where it may
 * put a token together.
 */
final class ControlTokens {
  private static final Pattern DELIMITED = Pattern.compile("<[|｜].*[|｜]>", Pattern.DOTALL);
  private static final Pattern ORDINARY = Pattern.compile("[\\p{L}\\p{N}\\s▁]*");
  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|(.))");
  private static final String CONTENT = "\uE000content\uE001";

  private ControlTokens() {}

  /**
   * @param added the field {@code added_tokens} of a {@code tokenizer.json}
   * @param templates the sources of all chat templates of the checkpoint
   * @param usual the one that conversations are written with, or null
   * @return by id, as they are written
   */
  static SortedMap<Integer, String> of(JsonNode added, List<String> templates, ChatTemplate usual) {
    List<String> written = new ArrayList<>(templates);
    templates.forEach(source -> written.add(unescaped(source)));
    if (usual != null) {
      written.addAll(renderings(usual));
    }
    SortedMap<Integer, String> tokens = new TreeMap<>();
    for (JsonNode token : added) {
      String content = token.path("content").asText();
      boolean controls =
          token.path("special").asBoolean()
              || DELIMITED.matcher(content).matches()
              || (!ORDINARY.matcher(content).matches()
                  && written.stream().anyMatch(text -> text.contains(content)));
      if (controls && !content.isEmpty()) {
        tokens.put(token.path("id").asInt(), content);
      }
    }
    return Collections.unmodifiableSortedMap(tokens);
  }

  /** {@code source} with the escapes of string constants replaced, wherever they stand. */
  private static String unescaped(String source) {
    Matcher matcher = ESCAPE.matcher(source);
    StringBuilder result = new StringBuilder();
    while (matcher.find()) {
      String hex =
          matcher.group(1) != null
              ? matcher.group(1)
              : matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
      int character = hex == null ? -1 : Integer.parseUnsignedInt(hex, 16);
      String text =
          hex == null
              ? matcher.group(4)
              : Character.isValidCodePoint(character) ? Character.toString(character) : "";
      matcher.appendReplacement(result, Matcher.quoteReplacement(text));
    }
    return matcher.appendTail(result).toString();
  }

  /** What the template writes around contents; conversations that it refuses are left out. */
  private static Set<String> renderings(ChatTemplate template) {
    Set<String> texts = new HashSet<>();
    for (List<Map<String, Object>> conversation : conversations()) {
      for (Map<String, Object> settings : settings()) {
        texts.add(template.rendering(conversation, settings).orElse(""));
      }
    }
    return texts;
  }

  private static List<List<Map<String, Object>>> conversations() {
    Map<String, Object> call =
        Map.of(
            "id",
            "abcdefghi",
            "type",
            "function",
            "function",
            Map.of("name", "f", "arguments", Map.of("a", 1)));
    Map<String, Object> thought = turn("assistant");
    thought.put("reasoning_content", CONTENT);
    thought.put("thinking", CONTENT);
    Map<String, Object> calling = turn("assistant");
    calling.put("tool_calls", List.of(call));
    Map<String, Object> silent = turn("assistant");
    silent.put("content", null);
    silent.put("tool_calls", List.of(call, call));
    Map<String, Object> result = turn("tool");
    result.put("name", "f");
    result.put("tool_call_id", "abcdefghi");
    List<List<Map<String, Object>>> all = new ArrayList<>();
    all.add(List.of(turn("user")));
    all.add(List.of(turn("system"), turn("user")));
    all.add(List.of(turn("system"), turn("user"), turn("assistant"), turn("user")));
    all.add(List.of(turn("user"), turn("assistant"), turn("user"), thought));
    all.add(List.of(turn("user"), thought));
    all.add(List.of(turn("user"), calling, result, turn("assistant"), turn("user")));
    all.add(List.of(turn("user"), silent, result, result));
    for (String role :
        List.of(
            "developer", "function", "ipython", "environment", "observation", "model", "tool")) {
      all.add(List.of(turn("user"), turn("assistant"), turn(role)));
      all.add(List.of(turn(role), turn("user")));
    }
    return all;
  }

  private static Map<String, Object> turn(String role) {
    Map<String, Object> turn = new LinkedHashMap<>();
    turn.put("role", role);
    turn.put("content", CONTENT);
    return turn;
  }

  private static List<Map<String, Object>> settings() {
    Map<String, Object> parameters =
        Map.of("type", "object", "properties", Map.of("a", Map.of("type", "integer")));
    Map<String, Object> tool =
        Map.of(
            "type",
            "function",
            "function",
            Map.of("name", "f", "description", "d", "parameters", parameters));
    List<Map<String, Object>> all = new ArrayList<>();
    for (boolean prompt : new boolean[] {false, true}) {
      for (boolean thinks : new boolean[] {false, true}) {
        for (boolean tools : new boolean[] {false, true}) {
          Map<String, Object> settings = new LinkedHashMap<>();
          settings.put("add_generation_prompt", prompt);
          settings.put("enable_thinking", thinks);
          settings.put("thinking", thinks);
          if (tools) {
            settings.put("tools", List.of(tool));
            settings.put("documents", List.of(Map.of("title", "t", "text", "x")));
          }
          all.add(settings);
        }
      }
    }
    return all;
  }
}
