package dev.espalier.program.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassHashTest {
  private static final String PROGRAM =
      """
      package x;
      import dev.espalier.program.*;
      public class P implements Program {
        public void run(State s) { s.text(Helper.text()); }
      }
      """;
  private static final String HELPER =
      "package x; class Helper { static String text() { return \"two\"; } static class In {} }";

  @TempDir Path directory;
  private int folders;

  private Path compile(Map<String, String> sources, Path... classPath) throws IOException {
    Path out = Files.createDirectories(directory.resolve("out" + folders++));
    List<String> arguments = new ArrayList<>(List.of("-d", out.toString(), "-proc:none", "-cp"));
    StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
    for (Path more : classPath) {
      path.append(java.io.File.pathSeparator).append(more);
    }
    arguments.add(path.toString());
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file =
          Files.createDirectories(directory.resolve("src" + folders)).resolve(source.getKey());
      Files.writeString(file, source.getValue());
      arguments.add(file.toString());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isZero();
    return out;
  }

  private static Map<String, String> sources(String program, String helper) {
    return Map.of("P.java", program, "Helper.java", helper);
  }

  private Path jar(Path classes, boolean reversed, long time) throws IOException {
    Path jar = directory.resolve("p" + folders++ + ".jar");
    List<Path> files;
    try (Stream<Path> all = Files.walk(classes)) {
      files = new ArrayList<>(all.filter(Files::isRegularFile).sorted().toList());
    }
    if (reversed) {
      Collections.reverse(files);
    }
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      for (Path file : files) {
        JarEntry entry = new JarEntry(classes.relativize(file).toString());
        entry.setLastModifiedTime(FileTime.fromMillis(time));
        entries.putNextEntry(entry);
        entries.write(Files.readAllBytes(file));
        entries.closeEntry();
      }
    }
    return jar;
  }

  private static String hash(Path... locations) throws Exception {
    URL[] urls = new URL[locations.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = locations[i].toUri().toURL();
    }
    ClassLoader former = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(urls, former)) {
      Thread.currentThread().setContextClassLoader(loader);
      return ProgramSource.ofClass("x.P").hash();
    } finally {
      Thread.currentThread().setContextClassLoader(former);
    }
  }

  @Test
  void aChangedHelperIsAnotherProgram() throws Exception {
    String before = hash(compile(sources(PROGRAM, HELPER)));
    assertThat(hash(compile(sources(PROGRAM, HELPER)))).isEqualTo(before);
    assertThat(hash(compile(sources(PROGRAM, HELPER.replace("two", "three")))))
        .isNotEqualTo(before);
    assertThat(hash(compile(sources(PROGRAM, HELPER.replace("In {}", "In { int n; }")))))
        .as("a nested class")
        .isNotEqualTo(before);
  }

  @Test
  void aResourceCountsAndTheOrderOfAJarDoesNot() throws Exception {
    Path classes = compile(sources(PROGRAM, HELPER));
    String folder = hash(classes);
    assertThat(hash(jar(classes, false, 0))).isEqualTo(folder);
    assertThat(hash(jar(classes, true, 1_000_000_000_000L))).isEqualTo(folder);
    Files.writeString(classes.resolve("x/prompt.txt"), "Be brief.");
    String withResource = hash(classes);
    assertThat(withResource).isNotEqualTo(folder);
    Files.writeString(classes.resolve("x/prompt.txt"), "Be long.");
    assertThat(hash(classes)).isNotEqualTo(withResource);
  }

  /** A library in a jar of its own, named by code, by another library, or by a text alone. */
  @Test
  void librariesThatAProgramNamesCount() throws Exception {
    Map<String, String> library = new TreeMap<>();
    library.put(
        "L.java", "package lib; public class L { public static String n() { return \"1\"; } }");
    Path first = compile(library);
    library.put("L.java", library.get("L.java").replace("\"1\"", "\"2\""));
    Path second = compile(library);
    Path unused = compile(Map.of("U.java", "package unused; public class U {}"));
    for (String use : List.of("lib.L.n()", "String.valueOf(load(\"lib.L\"))")) {
      String helper =
          "package x; class Helper { static String text() { return "
              + use
              + "; }"
              + " static Object load(String n) { try { return Class.forName(n); }"
              + " catch (ClassNotFoundException e) { throw new RuntimeException(e); } } }";
      Path program = compile(sources(PROGRAM, helper), first);
      String before = hash(program, first);
      assertThat(hash(first, unused, program)).as(use).isEqualTo(before);
      assertThat(hash(program, second)).as(use).isNotEqualTo(before);
    }
  }

  /** Jars of hundreds of megabytes, which are inside of Espalier's own jar. */
  @Test
  void whatRunsJobsDoesNotCount() throws Exception {
    String library =
        "package org.apache.beam.lib; public class L { public static String n() { return \"1\"; }"
            + " }";
    Path first = compile(Map.of("L.java", library));
    Path second = compile(Map.of("L.java", library.replace("1", "2")));
    String helper =
        "package x; class Helper { static String text() { return org.apache.beam.lib.L.n(); } }";
    Path program = compile(sources(PROGRAM, helper), first);
    assertThat(hash(program, first)).isEqualTo(hash(program, second));
  }

  @Test
  void aProgramAmongEspaliersOwnClassesHasAHash() {
    assertThat(ProgramSource.ofClass(ProgramFileTest.Greeting.class.getName()).hash()).hasSize(64);
  }
}
