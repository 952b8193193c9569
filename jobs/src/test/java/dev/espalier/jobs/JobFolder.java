package dev.espalier.jobs;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;

/** A folder with a job, and the command run on it as a user runs it. */
public record JobFolder(Path path) {

  /** What a command left: its exit code, and what it printed. */
  public record Ended(int code, String out, String err) {}

  static final List<String> TICKETS = tickets();

  private static List<String> tickets() {
    try {
      return Files.readAllLines(Path.of("../examples/triage/tickets-200.jsonl"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path write(String name, String text) throws IOException {
    return Files.writeString(path.resolve(name), text);
  }

  public Path write(String name, List<String> lines) throws IOException {
    return Files.write(path.resolve(name), lines);
  }

  /** The lines in another order. */
  static List<String> shuffled(List<String> lines, long seed) {
    List<String> shuffled = new ArrayList<>(lines);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled;
  }

  public Ended run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Espalier.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Ended(Espalier.execute(command, arguments), out.toString(), err.toString());
  }

  /** SHA-256 of every data file of a table, by name. */
  public SortedMap<String, String> hashes(String table) throws IOException {
    SortedMap<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(path.resolve(table))) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (file.toString().endsWith(".parquet")) {
          hashes.put(file.getFileName().toString(), sha256(Files.readAllBytes(file)));
        }
      }
    }
    return hashes;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public String read(String name) throws IOException {
    return Files.readString(path.resolve(name), StandardCharsets.UTF_8);
  }
}
