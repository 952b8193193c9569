package dev.espalier.program.source;

import dev.espalier.program.Program;
import java.io.Serializable;
import java.util.List;

/** A description of a program that can be sent to workers. */
public sealed interface ProgramSource extends Serializable permits ProgramClass, ProgramFile {

  /** How reports call it: the name of the class or file. */
  String name();

  /**
   * SHA-256 in hexadecimal over what decides the program: for files, the names and texts of all of
   * them; for a class, its name and everything in the jar or folder that it was loaded from, and in
   * those of the classes that it names.
   */
  String hash();

  /**
   * The program.
   *
   * @throws InvalidProgramException with all that is wrong with it
   */
  Program load();

  /** The fields of the row that a program file reads by name; none of a program in Java. */
  List<FieldUse> rowFields();

  /**
   * Compiles the constraints and stops of a program file, and looks for its tokens and turns in the
   * model; finds nothing in a program in Java.
   */
  ProgramCheck check(TargetModel model);

  /** A program written in Java. */
  static ProgramSource ofClass(String className) {
    return new ProgramClass(className);
  }
}
