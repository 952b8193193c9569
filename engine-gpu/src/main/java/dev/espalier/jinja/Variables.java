package dev.espalier.jinja;

import java.util.Map;

/**
 * What the free names of a template mean. A template asks for a name when it first meets it, so
 * that a value may be waited for; exceptions pass through the template unchanged.
 *
 * <p>Values are null, {@link Boolean}, {@link String}, {@link Byte} to {@link Long} and {@link
 * java.math.BigInteger}, {@link Float} and {@link Double}, {@link java.math.BigDecimal}, {@link
 * SpelledNumber}, {@link java.util.List}, {@link Map} whose keys are values without lists and maps,
 * and {@link OnDemand}. Templates cannot change them. A value of another class is an {@link
 * IllegalArgumentException}.
 */
@FunctionalInterface
public interface Variables {
  /** What {@link #get} returns for a name without a value. */
  Object UNDEFINED = Undefined.named("");

  /**
   * @return the value, which may be null, or {@link #UNDEFINED}
   */
  Object get(String name);

  /** The entries of a map, which must not change meanwhile. */
  static Variables of(Map<String, ?> values) {
    return name -> {
      Object value = values.get(name);
      return value != null || values.containsKey(name) ? value : UNDEFINED;
    };
  }
}
