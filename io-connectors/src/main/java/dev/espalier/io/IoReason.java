package dev.espalier.io;

import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/** Says in plain words why something with a file failed: exceptions of the JDK name a file only. */
public final class IoReason {
  /** {@code java.io.IOException: } and the like, which wrappers put before a message. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b(?:[a-z][\\w$]*\\.)+[A-Z][\\w$]*(?:Exception|Error)\\b(?::\\s*)?");

  private IoReason() {}

  /** A part of a sentence, such as {@code permission denied}; never empty. */
  public static String of(Throwable failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (failure instanceof AccessDeniedException || failure instanceof AccessControlException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "there is a file already";
    }
    if (failure instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return "the directory is not empty";
    }
    if (failure instanceof FileSystemException file && file.getReason() != null) {
      return decapitalised(file.getReason());
    }
    if (failure instanceof CharacterCodingException) {
      return "not UTF-8";
    }
    if (failure instanceof UnknownHostException) {
      return "the host is not known" + in(failure);
    }
    if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
      return "nothing answers there" + in(failure);
    }
    if (failure instanceof SocketTimeoutException) {
      return "no answer in time" + in(failure);
    }
    if (failure instanceof UnsupportedFileSystemException) {
      return "no file system is known for this scheme; its jar has to be on the class path";
    }
    String message = withoutClassNames(failure.getMessage());
    if (!message.isBlank()) {
      return message;
    }
    Throwable cause = failure.getCause();
    if (cause != null && cause != failure) {
      return of(cause);
    }
    return failure instanceof FileNotFoundException
        ? "no such file or directory"
        : "it failed without a reason";
  }

  /** The reason that the innermost cause gives. */
  public static String ofInnermost(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null && innermost.getCause() != innermost) {
      innermost = innermost.getCause();
    }
    return of(innermost);
  }

  /** A message without the names of exceptions in it; empty of null. */
  public static String withoutClassNames(String message) {
    return message == null ? "" : CLASS_NAME.matcher(message).replaceAll("").strip();
  }

  private static String in(Throwable failure) {
    String message = withoutClassNames(failure.getMessage());
    return message.isBlank() ? "" : " (" + message + ")";
  }

  private static String decapitalised(String text) {
    boolean word = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return word ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
  }
}
