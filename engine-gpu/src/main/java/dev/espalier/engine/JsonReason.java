package dev.espalier.engine;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in plain words why a file of a model is no JSON. */
public final class JsonReason {
  private static final Pattern OPENED =
      Pattern.compile("\\(start marker at \\[Source: .*; line: (\\d+), column: (\\d+)]\\)");

  private static final Pattern TWICE = Pattern.compile("(?s)^Duplicate field '(.*)' for `\\w+`");

  /** What the reader says of its own settings, which no reader of the message has. */
  private static final Pattern OF_THE_READER =
      Pattern.compile("(?s)(: enable )?`\\w+\\..*| \\(not recognized as one since .*");

  private JsonReason() {}

  /** A clause such as {@code line 3, column 7: Unexpected character ('}' (code 125))…}. */
  public static String of(JsonProcessingException failure) {
    JsonLocation place = failure.getLocation();
    return (place == null
            ? ""
            : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": ")
        + problem(failure);
  }

  private static String problem(JsonProcessingException failure) {
    if (failure instanceof StreamConstraintsException) {
      return "it nests more than 1000 levels deep, or holds a number of more than 1000 digits, a"
          + " name of more than 50,000 characters or a text of more than 20,000,000";
    }
    Matcher twice = TWICE.matcher(failure.getOriginalMessage());
    if (twice.find()) {
      return "the name '" + twice.group(1) + "' is there twice";
    }
    String opened =
        OPENED.matcher(failure.getOriginalMessage()).replaceAll("(opened at line $1, column $2)");
    return OF_THE_READER.matcher(opened).replaceAll("");
  }
}
