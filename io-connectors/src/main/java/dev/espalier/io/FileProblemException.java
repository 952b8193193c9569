package dev.espalier.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/**
 * Something is wrong with a file or a place for files that its owner has to mend: trying again
 * gives the same answer. The message is the problem and the remedy, as sentences.
 */
public final class FileProblemException extends IOException {
  private final String problem;
  private final String remedy;

  /**
   * @param problem what is wrong, beginning with the position: path, line or row group
   * @param remedy what to do about it
   */
  public FileProblemException(String problem, String remedy) {
    this(problem, remedy, null);
  }

  /**
   * @param cause may be null
   */
  public FileProblemException(String problem, String remedy, Throwable cause) {
    super(problem + ". " + remedy + ".", cause);
    this.problem = Objects.requireNonNull(problem, "problem");
    this.remedy = Objects.requireNonNull(remedy, "remedy");
  }

  /** The problem of a path that could not be opened or listed. */
  public static FileProblemException unreadable(String path, IOException cause) {
    if (cause instanceof FileProblemException problem) {
      return problem;
    }
    if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
      return missing(path, cause);
    }
    if (cause instanceof AccessDeniedException) {
      return new FileProblemException(
          path + ": permission denied", "Give this user the right to read it", cause);
    }
    return new FileProblemException(
        path + ": cannot be read: " + IoReason.of(cause),
        "Check the path and its file system",
        cause);
  }

  /** The problem of a path at which there is nothing. */
  public static FileProblemException missing(String path, Throwable cause) {
    return new FileProblemException(path + ": no such file or directory", "Check the path", cause);
  }

  public String problem() {
    return problem;
  }

  public String remedy() {
    return remedy;
  }
}
