package dev.espalier.jobs;

/** Tokens and time that jobs took together. Thread-safe. */
final class Spent {
  private long prompt;
  private long cached;
  private long generated;
  private double seconds;

  /** Adds what a job reports; nothing of one that had nothing to do. */
  synchronized void add(RunReport report) {
    if (report.tokens() != null) {
      prompt += report.tokens().prompt();
      cached += report.tokens().cached();
      generated += report.tokens().generated();
    }
    seconds += report.wallSeconds() == null ? 0 : report.wallSeconds();
  }

  /** Adds what others took, which has come to its end. */
  synchronized void add(Spent other) {
    prompt += other.prompt;
    cached += other.cached;
    generated += other.generated;
    seconds += other.seconds;
  }

  /** Tokens of prompts. */
  synchronized long prompt() {
    return prompt;
  }

  /** Those of them that the model computed. */
  synchronized long computed() {
    return prompt - cached;
  }

  synchronized long generated() {
    return generated;
  }

  synchronized double seconds() {
    return seconds;
  }
}
