package dev.espalier.program.source;

import com.hubspot.jinjava.objects.PyWrapper;
import com.hubspot.jinjava.util.HasObjectTruthValue;
import dev.espalier.program.RowException;
import java.util.Iterator;

/**
 * What a name means that nothing has defined: it may be asked whether it is defined, and every
 * other use of it ends the program, as with Jinja's {@code StrictUndefined}.
 */
final class Undefined implements PyWrapper, HasObjectTruthValue, Iterable<Object> {

  /** Leaves a template, through what catches exceptions. */
  static final class Used extends Error {
    private final transient RowException failure;

    Used(RowException failure) {
      super(failure.getMessage(), null, false, false);
      this.failure = failure;
    }

    RowException failure() {
      return failure;
    }
  }

  private final String code;
  private final String message;

  /**
   * @param code of the row's error
   * @param message says which name, and what there is instead
   */
  Undefined(String code, String message) {
    this.code = code;
    this.message = message;
  }

  private Used used() {
    return new Used(new RowException(code, message));
  }

  @Override
  public boolean getObjectTruthValue() {
    throw used();
  }

  @Override
  public Iterator<Object> iterator() {
    throw used();
  }

  @Override
  public String toString() {
    throw used();
  }

  @Override
  public boolean equals(Object other) {
    throw used();
  }

  @Override
  public int hashCode() {
    throw used();
  }
}
