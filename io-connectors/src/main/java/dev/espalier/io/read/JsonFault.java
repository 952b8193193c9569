package dev.espalier.io.read;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Why a text is not one JSON object by RFC 8259, in words of JSON.
 *
 * @param problem a clause
 * @param remedy a sentence without its end
 * @param column where, in characters from 1
 */
record JsonFault(String problem, String remedy, int column) {

  /** Finds the first fault; empty if there is none. */
  static Optional<JsonFault> find(String text) {
    try {
      new Walk(text).document();
      return Optional.empty();
    } catch (FaultException e) {
      return Optional.of(e.fault);
    }
  }

  private static final class FaultException extends Exception {
    private final JsonFault fault;

    FaultException(JsonFault fault) {
      super(fault.problem);
      this.fault = fault;
    }
  }

  private static final class Walk {
    private static final String MEND = "Mend the row";
    private static final String ONE_LINE =
        "Write each object on one line, and nothing else: jq -c . (of an array: jq -c '.[]')";

    private final String text;
    private int next;

    // The objects and arrays that are open; of an object the names that it had.
    private final Deque<Optional<Set<String>>> open = new ArrayDeque<>();

    Walk(String text) {
      this.text = text;
    }

    void document() throws FaultException {
      blanks();
      if (peek() == '[') {
        throw fault("an array, not an object", ONE_LINE);
      }
      if (peek() != '{') {
        throw fault(end() ? "there is none" : describe() + " where `{` begins an object", MEND);
      }
      do {
        element();
      } while (!open.isEmpty());
      blanks();
      if (end()) {
        return;
      }
      boolean after = text.charAt(next - 1) == '\r';
      throw after
          ? fault("a carriage return alone ends no line", "End lines with a line feed")
          : fault(
              peek() == '{' ? "more than one on the line" : describe() + " after the object",
              ONE_LINE);
    }

    /** Reads up to the next comma, opening or closing bracket, that one included. */
    private void element() throws FaultException {
      blanks();
      boolean inObject = !open.isEmpty() && open.peek().isPresent();
      char closing = inObject ? '}' : ']';
      if (!open.isEmpty() && peek() == closing) {
        if (isAfterComma()) {
          throw fault("a comma before `" + closing + "`", MEND);
        }
        close();
        return;
      }
      if (inObject) {
        name(open.peek().get());
      }
      value();
    }

    private boolean isAfterComma() {
      int before = next - 1;
      while (" \t\r\n".indexOf(text.charAt(before)) >= 0) {
        before--;
      }
      return text.charAt(before) == ',';
    }

    private void name(Set<String> names) throws FaultException {
      if (peek() != '"') {
        throw fault(
            end() ? "it is not closed on its line" : describe() + " where a name begins",
            end() ? ONE_LINE : "Put names into double quotes");
      }
      int start = next;
      String name = string();
      if (!names.add(name)) {
        next = start;
        throw fault("the name " + name + " is there twice", "Give each field a name of its own");
      }
      blanks();
      if (peek() != ':') {
        throw fault(
            end() ? "it is not closed on its line" : describe() + " where `:` follows a name",
            end() ? ONE_LINE : MEND);
      }
      next++;
      blanks();
    }

    private void value() throws FaultException {
      if (end()) {
        throw fault("it is not closed on its line", ONE_LINE);
      }
      char c = text.charAt(next);
      if (c == '{' || c == '[') {
        if (open.size() == JsonObjects.MAX_NESTING) {
          throw fault(
              "nested deeper than " + JsonObjects.MAX_NESTING, "Write less nested values, or text");
        }
        open.push(c == '{' ? Optional.of(new HashSet<>()) : Optional.empty());
        next++;
        return;
      }
      if (c == '"') {
        string();
      } else if (c == '-' || (c >= '0' && c <= '9')) {
        number();
      } else {
        word();
      }
      ended();
    }

    /** After a value: a comma, or what closes the object or array. */
    private void ended() throws FaultException {
      blanks();
      if (end()) {
        throw fault("it is not closed on its line", ONE_LINE);
      }
      if (peek() == ',') {
        next++;
      } else if (peek() == (open.peek().isPresent() ? '}' : ']')) {
        close();
      } else {
        throw fault(describe() + " after a value", MEND);
      }
    }

    private void close() throws FaultException {
      next++;
      open.pop();
      if (!open.isEmpty()) {
        ended();
      }
    }

    /** Returns it with its quotes, unescaped. */
    private String string() throws FaultException {
      StringBuilder value = new StringBuilder("\"");
      next++;
      while (true) {
        if (end()) {
          throw fault("a text is not closed on its line", "Write a line break in a text as \\n");
        }
        char c = text.charAt(next);
        if (c == '"') {
          next++;
          return value.append('"').toString();
        }
        if (c < ' ') {
          throw fault(
              "a control character in a text (U+%04X)".formatted((int) c),
              "Write it as " + escape(c));
        }
        value.append(c == '\\' ? escaped() : c);
        next++;
      }
    }

    /** Reads an escape up to its last character. */
    private char escaped() throws FaultException {
      int kind = next + 1 < text.length() ? "\"\\/bfnrtu".indexOf(text.charAt(next + 1)) : -1;
      if (kind < 0) {
        throw fault("a backslash before no escape", "Double a backslash that is text");
      }
      next++;
      if (text.charAt(next) != 'u') {
        return "\"\\/\b\f\n\r\t".charAt(kind);
      }
      int code = 0;
      for (int i = 1; i <= 4; i++) {
        int digit = next + i < text.length() ? Character.digit(text.charAt(next + i), 16) : -1;
        if (digit < 0 || text.charAt(next + i) > 'f') {
          throw fault("\\u without four hexadecimal digits", MEND);
        }
        code = 16 * code + digit;
      }
      next += 4;
      return (char) code;
    }

    private static String escape(char c) {
      return switch (c) {
        case '\t' -> "\\t";
        case '\r' -> "\\r";
        case '\b' -> "\\b";
        case '\f' -> "\\f";
        default -> "\\u%04x".formatted((int) c);
      };
    }

    private void number() throws FaultException {
      int start = next;
      if (peek() == '-') {
        next++;
        if (text.startsWith("Infinity", next)) {
          next = start;
          throw noValue("-Infinity");
        }
      }
      int first = peek();
      int whole = digits();
      boolean sound = whole == 1 || (whole > 1 && first != '0');
      if (sound && peek() == '.') {
        next++;
        sound = digits() > 0;
      }
      if (sound && (peek() == 'e' || peek() == 'E')) {
        next++;
        if (peek() == '+' || peek() == '-') {
          next++;
        }
        sound = digits() > 0;
      }
      if (!sound) {
        next = start;
        throw fault("a number that JSON does not have", "Write numbers such as -0.5, 12 or 1e9");
      }
    }

    private int digits() {
      int start = next;
      while (peek() >= '0' && peek() <= '9') {
        next++;
      }
      return next - start;
    }

    private void word() throws FaultException {
      int start = next;
      while (Character.isLetter(peek())) {
        next++;
      }
      String word = text.substring(start, next);
      if (word.equals("true") || word.equals("false") || word.equals("null")) {
        return;
      }
      next = start;
      if (word.isEmpty()) {
        throw fault(describe() + " where a value begins", MEND);
      }
      throw noValue(word);
    }

    private FaultException noValue(String word) {
      String remedy =
          switch (word) {
            case "True", "False" -> "Write true or false";
            case "NaN",
                "Infinity",
                "-Infinity",
                "nan",
                "inf",
                "None",
                "undefined",
                "NULL",
                "Null" ->
                "Write null in its place";
            default -> "Put texts into double quotes";
          };
      String shown = word.length() > 20 ? word.substring(0, 20) + "…" : word;
      return fault("`" + shown + "` is no JSON value", remedy);
    }

    private String describe() {
      int c = text.codePointAt(next);
      if (c == '\uFEFF') {
        return "a byte order mark within the file";
      }
      boolean shown = c > ' ' && Character.isDefined(c) && !Character.isISOControl(c);
      return shown ? "`" + Character.toString(c) + "`" : "U+%04X".formatted(c);
    }

    private void blanks() {
      while (!end() && " \t\r\n".indexOf(text.charAt(next)) >= 0) {
        next++;
      }
    }

    private boolean end() {
      return next >= text.length();
    }

    private int peek() {
      return end() ? -1 : text.charAt(next);
    }

    private FaultException fault(String problem, String remedy) {
      return new FaultException(new JsonFault(problem, remedy, next + 1));
    }
  }
}
