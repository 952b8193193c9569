package dev.espalier.program.source;

import dev.espalier.program.Program;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;

/**
 * A class that implements {@link Program} and has a constructor without parameters.
 *
 * @param className as {@link Class#getName} gives it
 */
public record ProgramClass(String className) implements ProgramSource {
  /** Classes do not change while they are loaded. */
  private static final ClassValue<Optional<String>> HASHES =
      new ClassValue<>() {
        @Override
        protected Optional<String> computeValue(Class<?> type) {
          try {
            return ClassHash.of(type);
          } catch (IOException e) {
            throw new UncheckedIOException("cannot read what " + type.getName() + " is in", e);
          }
        }
      };

  @Override
  public String name() {
    return className;
  }

  @Override
  public String hash() {
    return HASHES
        .get(find())
        .orElseThrow(() -> invalid("its class file cannot be read", "put the class into a jar"));
  }

  @Override
  public List<FieldUse> rowFields() {
    return List.of();
  }

  @Override
  public ProgramCheck check(TargetModel model) {
    return new ProgramCheck(List.of(), List.of());
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
          "there is no such class on the class path",
          "put its jar on ESPALIER_CLASSPATH, or mend the name; a program file ends in .yaml");
    } catch (LinkageError e) {
      throw invalid("the class cannot be loaded: " + e, "put all that it needs on the class path");
    }
  }

  private InvalidProgramException invalid(String message, String remedy) {
    return new InvalidProgramException(List.of(new Problem("class " + className, message, remedy)));
  }
}
