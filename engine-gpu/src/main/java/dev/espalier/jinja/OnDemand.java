package dev.espalier.jinja;

import java.util.Map;
import java.util.Objects;

/**
 * A map of which a template takes over only what it asks for, when it first does: the map sees
 * which keys were asked for. As a value of {@link Variables} a template takes it for a map.
 *
 * @param map which must not change meanwhile
 */
public record OnDemand(Map<String, ?> map) {
  public OnDemand {
    Objects.requireNonNull(map, "map");
  }
}
