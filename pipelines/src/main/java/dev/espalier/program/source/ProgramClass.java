package dev.espalier.program.source;

import dev.espalier.program.Program;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;

/**
 * A class that implements {@link Program} and has a constructor without parameters.
 *
 * @param className as {@link Class#getName} gives it
 */
public record ProgramClass(String className) implements ProgramSource {

  @Override
  public String name() {
    return className;
  }

  @Override
  public String hash() {
    Class<?> type = find();
    String file = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream bytes = type.getResourceAsStream(file)) {
      if (bytes == null) {
        throw invalid("its class file cannot be read", "put the class into a jar");
      }
      return new ContentHash().add(className).add(bytes.readAllBytes()).hex();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class file of " + className, e);
    }
  }

  @Override
  public Program load() {
    Class<?> type = find();
    if (!Program.class.isAssignableFrom(type)) {
      throw invalid("it does not implement " + Program.class.getName(), "let it do so");
    }
    try {
      return (Program) type.getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw invalid("its constructor threw " + e.getCause(), "correct the constructor");
    } catch (ReflectiveOperationException e) {
      throw invalid(
          "it has no public constructor without parameters",
          "make the class public and give it one");
    }
  }

  private Class<?> find() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = context == null ? ProgramClass.class.getClassLoader() : context;
    try {
      return Class.forName(className, true, loader);
    } catch (ClassNotFoundException e) {
      throw invalid(
          "there is no such class on the class path", "put its jar there, or mend the name");
    } catch (LinkageError e) {
      throw invalid("the class cannot be loaded: " + e, "put all that it needs on the class path");
    }
  }

  private InvalidProgramException invalid(String message, String remedy) {
    return new InvalidProgramException(List.of(new Problem("class " + className, message, remedy)));
  }
}
