package dev.espalier.io.storage;

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
   * @throws IllegalArgumentException if an element is not a well-formed pattern
   */
  public static Glob parse(String path) {
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
      try {
        matcher(pattern);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            path + ": not a pattern: " + e.getDescription() + " in " + pattern, e);
      }
    }
    return new Glob(fixed, patterns);
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

  private static boolean matches(PathMatcher matcher, String pattern, String name) {
    boolean hidden = name.startsWith(".") || name.startsWith("_");
    return (!hidden || pattern.charAt(0) == name.charAt(0)) && matcher.matches(Path.of(name));
  }

  private static PathMatcher matcher(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
  }
}
