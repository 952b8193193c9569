package dev.espalier.program.source;

/** Why a program file cannot be read; nothing of what it holds is told. */
final class UnreadableFileException extends RuntimeException {
  private final String remedy;

  UnreadableFileException(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  String remedy() {
    return remedy;
  }
}
