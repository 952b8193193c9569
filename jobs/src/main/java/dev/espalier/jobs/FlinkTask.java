package dev.espalier.jobs;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * Finds the Flink task that a step runs in. Beam hands a step no way to its task, but the receiver
 * of its outputs belongs to the runner of the step, and that holds the task's context, for side
 * inputs.
 */
final class FlinkTask {
  private static final String BEAM = "org.apache.beam.";

  /** The context is four objects away. */
  private static final int MOST_OBJECTS = 200;

  private FlinkTask() {}

  /**
   * The context of the task.
   *
   * @param receiver of a step's outputs
   * @return empty on another runner
   */
  static Optional<RuntimeContext> of(Object receiver) {
    Set<Object> met = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> next = new ArrayDeque<>();
    next.add(receiver);
    while (!next.isEmpty() && met.size() < MOST_OBJECTS) {
      Object at = next.remove();
      if (at instanceof RuntimeContext context) {
        return Optional.of(context);
      }
      if (met.add(at) && at.getClass().getName().startsWith(BEAM)) {
        addFields(at, next);
      }
    }
    return Optional.empty();
  }

  private static void addFields(Object object, Deque<Object> next) {
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          try {
            field.setAccessible(true);
            Object value = field.get(object);
            if (value != null) {
              next.add(value);
            }
          } catch (IllegalAccessException | InaccessibleObjectException e) {
            // Of the JDK's own: nothing there.
          }
        }
      }
    }
  }
}
