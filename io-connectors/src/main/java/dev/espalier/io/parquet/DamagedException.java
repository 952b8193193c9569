package dev.espalier.io.parquet;

/** What a Parquet file says cannot be true, or goes beyond a bound. The message is a clause. */
public final class DamagedException extends Exception {
  DamagedException(String message) {
    super(message);
  }

  DamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
