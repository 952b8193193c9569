package dev.espalier.engine;

/** What went wrong, and by its {@link Kind} who has to act on it. */
public enum ErrorCode {
  PROMPT_EMPTY(Kind.USER),
  PROMPT_TOO_LONG(Kind.USER),
  INVALID_TOKEN(Kind.USER),
  INVALID_PARAMETERS(Kind.USER),
  CONSTRAINT_INVALID(Kind.USER),
  CONSTRAINT_UNSATISFIABLE(Kind.USER),
  CANCELLED(Kind.USER),
  /** The request alone needs more pages than the cache has. */
  REQUEST_EXCEEDS_CACHE(Kind.USER),
  /** The model computes no numbers from the request's tokens. */
  LOGITS_NOT_FINITE(Kind.USER),
  CHECKPOINT_INVALID(Kind.CONFIGURATION),
  DEVICE_UNAVAILABLE(Kind.CONFIGURATION),
  OUT_OF_MEMORY(Kind.MACHINE),
  DEVICE_LOST(Kind.MACHINE),
  ENGINE_CLOSED(Kind.MACHINE),
  INTERNAL(Kind.MACHINE);

  /** Who has to act on an error. */
  public enum Kind {
    /** Belongs to one request: its row becomes an error row, the job goes on. */
    USER,
    /** Belongs to the job's configuration: reported before any work. */
    CONFIGURATION,
    /** Belongs to the machine: the bundle fails and the runner tries it again. */
    MACHINE
  }

  private final Kind kind;

  ErrorCode(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
