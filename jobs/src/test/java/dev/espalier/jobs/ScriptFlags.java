package dev.espalier.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Flags with which the start script starts the JVM. */
public final class ScriptFlags {
  private static final Path SCRIPT = Path.of("..", "espalier");
  private static final Pattern MODULES = Pattern.compile("(?m)^  (--add-\\S+) (\\S+) \\\\$");
  private static final Pattern COMPILER =
      Pattern.compile("(?m)^  \"?(-XX:CompileCommand=[^ \"]+)\"? \\\\$");

  private static final Pattern MEMORY = Pattern.compile("(?m)^  (-XX:\\w+Percentage=\\d+) \\\\$");

  private ScriptFlags() {}

  /** Those that are the same for every process of the command. */
  public static List<String> all() throws IOException {
    List<String> flags = new ArrayList<>(ofCluster());
    flags.addAll(found(MEMORY));
    return flags;
  }

  /** Those that are the same for processes of a cluster, which divides the memory itself. */
  public static List<String> ofCluster() throws IOException {
    List<String> flags = new ArrayList<>();
    Matcher modules = MODULES.matcher(Files.readString(SCRIPT));
    while (modules.find()) {
      flags.add(modules.group(1));
      flags.add(modules.group(2));
    }
    flags.addAll(ofCompiler());
    return flags;
  }

  /** Those that say what is compiled first. */
  public static List<String> ofCompiler() throws IOException {
    return found(COMPILER);
  }

  private static List<String> found(Pattern flags) throws IOException {
    return flags.matcher(Files.readString(SCRIPT)).results().map(found -> found.group(1)).toList();
  }
}
