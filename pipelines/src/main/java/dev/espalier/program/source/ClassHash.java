package dev.espalier.program.source;

import dev.espalier.program.Program;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * A hash over all that a class was loaded from: each file of its jar or folder, and of those that
 * its classes name, aside from Java, Espalier and what runs its jobs: that is in Espalier's jar, or
 * in jars of hundreds of megabytes. Where they lie and in which order does not matter. Used once.
 */
final class ClassHash {
  private static final String OWN = "dev/espalier/";

  /** Names of classes that are no part of a program. */
  private static final List<String> GIVEN =
      List.of(
          "java/",
          "javax/",
          "jdk/",
          OWN,
          "org/apache/beam/",
          "org/apache/flink/",
          "org/apache/hadoop/");

  /** What the classes of a loader and a location are loaded from does not change. */
  private static final Map<ClassLoader, Map<CodeLocation, Content>> CONTENTS = new WeakHashMap<>();

  private final ClassLoader loader;
  private final Optional<CodeLocation> own;
  private final Set<String> seen = new HashSet<>();
  private final Set<CodeLocation> known = new HashSet<>();
  private final Deque<CodeLocation> open = new ArrayDeque<>();

  /**
   * Hashes of locations' contents.
   *
   * @param first that of the class
   * @param others those that it leads to, sorted
   */
  private record Content(String first, List<String> others) {

    String hash(String name) {
      ContentHash hash = new ContentHash().add(name).add(first);
      others.forEach(hash::add);
      return hash.hex();
    }
  }

  private ClassHash(ClassLoader loader) {
    this.loader = loader;
    this.own = location(Program.class.getName().replace('.', '/'));
  }

  /**
   * The hash, in hexadecimal; empty if the class is of no file.
   *
   * @throws IOException if a file cannot be read
   */
  static Optional<String> of(Class<?> type) throws IOException {
    ClassLoader loader = type.getClassLoader();
    if (loader == null) {
      return Optional.empty();
    }
    ClassHash hash = new ClassHash(loader);
    Optional<CodeLocation> first = hash.location(type.getName().replace('.', '/'));
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Content content;
    synchronized (CONTENTS) {
      Map<CodeLocation, Content> ofLoader =
          CONTENTS.computeIfAbsent(loader, unused -> new HashMap<>());
      content = ofLoader.get(first.get());
      if (content == null) {
        content = hash.compute(first.get());
        ofLoader.put(first.get(), content);
      }
    }
    return Optional.of(content.hash(type.getName()));
  }

  private Content compute(CodeLocation first) throws IOException {
    add(first);
    List<String> hashes = new ArrayList<>();
    String firstHash = "";
    while (!open.isEmpty()) {
      CodeLocation location = open.removeFirst();
      String content = content(location);
      if (location.equals(first)) {
        firstHash = content;
      } else {
        hashes.add(content);
      }
    }
    Collections.sort(hashes);
    return new Content(firstHash, hashes);
  }

  private String content(CodeLocation location) throws IOException {
    ContentHash hash = new ContentHash();
    // A jar with Espalier and a program in it has a hash of the program.
    boolean isOwn = own.isPresent() && own.get().equals(location);
    location.visit(
        (file, bytes) -> {
          if (isOwn && file.startsWith(OWN)) {
            return;
          }
          hash.add(file).add(bytes);
          if (file.endsWith(".class")) {
            for (String named : ClassFileNames.in(bytes)) {
              follow(named);
            }
          }
        });
    return hash.hex();
  }

  private void follow(String name) {
    if (GIVEN.stream().noneMatch(name::startsWith) && seen.add(name)) {
      location(name).filter(location -> !own.equals(Optional.of(location))).ifPresent(this::add);
    }
  }

  private void add(CodeLocation location) {
    if (known.add(location)) {
      open.addLast(location);
    }
  }

  private Optional<CodeLocation> location(String name) {
    String file = name + ".class";
    URL resource = loader.getResource(file);
    return resource == null ? Optional.empty() : CodeLocation.of(resource, file);
  }
}
