package dev.espalier.io.storage;

import dev.espalier.io.FileProblemException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/**
 * A path whose elements may hold {@code *}, {@code ?}, {@code [a-c]} and <code>{a,b}</code>; none
 * of them crosses a {@code /}, and names that begin with {@code .} or {@code _} are matched only by
 * a pattern that begins so too.
 */
public final class Glob {
  private final String fixed;
  private final List<String> elements;

  private Glob(String fixed, List<String> elements) {
    this.fixed = fixed;
    this.elements = elements;
  }

  /** Whether {@code path} has an element that is a pattern. */
  public static boolean isGlob(String path) {
    return path.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /**
   * @throws FileProblemException if an element is not a well-formed pattern
   */
  public static Glob parse(String path) throws FileProblemException {
    List<String> elements = List.of(path.split("/", -1));
    int first = 0;
    while (first < elements.size() && !isGlob(elements.get(first))) {
      first++;
    }
    String fixed = String.join("/", elements.subList(0, first));
    if (first == 1 && fixed.isEmpty()) {
      fixed = "/";
    }
    List<String> patterns = elements.subList(first, elements.size());
    for (String pattern : patterns) {
      check(path, pattern);
    }
    return new Glob(fixed, patterns);
  }

  private static void check(String path, String pattern) throws FileProblemException {
    int group = -1; // where the open { is
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        if (++i == pattern.length()) {
          throw problem(
              path, pattern, "ends in a \\ with nothing behind it", "Write \\\\ for a \\");
        }
      } else if (c == '[') {
        int end = pattern.indexOf(']', i + 1);
        if (end < 0) {
          throw problem(path, pattern, "has a [ without its ]", "Close it, or write \\[ for a [");
        }
        i = end;
      } else if (c == '{') {
        if (group >= 0) {
          throw problem(path, pattern, "has a { within {}", "List all names in one {}");
        }
        group = i;
      } else if (c == '}') {
        group = -1;
      }
    }
    if (group >= 0) {
      throw problem(path, pattern, "has a { without its }", "Close it, or write \\{ for a {");
    }
    try {
      var unused = matcher(pattern);
    } catch (PatternSyntaxException e) {
      throw problem(
          path,
          pattern,
          "has a [] that no character can fit",
          "Write characters and ranges like a-c in it, or \\[ for a [");
    }
  }

  private static FileProblemException problem(
      String path, String pattern, String fault, String remedy) {
    String element = pattern.equals(path) ? "" : " \"" + pattern + "\"";
    return new FileProblemException(path + ": the pattern" + element + " " + fault, remedy);
  }

  /** The directory that all matches are in: the elements before the first pattern. */
  public String root() {
    return fixed.isEmpty() ? "." : fixed;
  }

  /** All files and directories that match, in the order of their paths. */
  public List<StoredFile> matches(Storage storage) throws IOException {
    List<StoredFile> level = new ArrayList<>();
    storage.find(root()).ifPresent(level::add);
    for (String pattern : elements) {
      PathMatcher matcher = matcher(pattern);
      List<StoredFile> next = new ArrayList<>();
      for (StoredFile parent : level) {
        if (parent.directory()) {
          for (StoredFile child : storage.list(parent.path())) {
            if (matches(matcher, pattern, child.name())) {
              next.add(child);
            }
          }
        }
      }
      level = next;
    }
    return level;
  }

  /**
   * Whether a file would be among those that are found, or be below a directory that is.
   *
   * @param path of the file, from {@link #root}; need not be there
   */
  public boolean takes(String path) {
    List<String> names = List.of(path.split("/", -1));
    if (names.size() < elements.size()) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      String pattern = i < elements.size() ? elements.get(i) : "*";
      if (!matches(matcher(pattern), pattern, names.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(PathMatcher matcher, String pattern, String name) {
    boolean hidden = name.startsWith(".") || name.startsWith("_");
    return (!hidden || pattern.startsWith(name.substring(0, 1))) && matcher.matches(Path.of(name));
  }

  private static PathMatcher matcher(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
  }
}
