package dev.espalier.engine;

/** A failure with its code; the message says where, and what to do about it. */
public class EngineException extends RuntimeException {
  private final ErrorCode code;

  public EngineException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public EngineException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * {@code cause} itself if it is one of these; else it is wrapped with {@link
   * ErrorCode#OUT_OF_MEMORY} or {@link ErrorCode#INTERNAL}.
   */
  public static EngineException of(Throwable cause) {
    if (cause instanceof EngineException known) {
      return known;
    }
    ErrorCode code =
        cause instanceof OutOfMemoryError ? ErrorCode.OUT_OF_MEMORY : ErrorCode.INTERNAL;
    return new EngineException(code, "The engine failed: " + cause, cause);
  }

  /** This failure, with the device that it happened on at the head of its message. */
  public EngineException on(String device) {
    return getMessage().startsWith(device)
        ? this
        : new EngineException(code, device + ": " + getMessage(), this);
  }

  public ErrorCode code() {
    return code;
  }
}
