package dev.espalier.program.source;

import dev.espalier.program.Program;
import java.io.Serializable;

/** A description of a program that can be sent to workers. */
public sealed interface ProgramSource extends Serializable permits ProgramClass, ProgramFile {

  /** How reports call it: the name of the class or file. */
  String name();

  /**
   * SHA-256 in hexadecimal over what decides the program: for files, the names and texts of all of
   * them; for a class, its name and the bytes of its class file, so that a change in another class
   * that it uses does not show.
   */
  String hash();

  /**
   * The program.
   *
   * @throws InvalidProgramException with all that is wrong with it
   */
  Program load();

  /** A program written in Java. */
  static ProgramSource ofClass(String className) {
    return new ProgramClass(className);
  }
}
