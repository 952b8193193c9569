package dev.espalier.engine;

/** A failure with its code; the message says where, and what to do about it. */
public final class EngineException extends RuntimeException {
  private final ErrorCode code;

  public EngineException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public EngineException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}
