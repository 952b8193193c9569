package dev.espalier.engine.text;

import java.io.Serializable;
import java.util.Objects;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}; what else a template knows
 */
public record Message(String role, String content) implements Serializable {
  public Message {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
  }
}
