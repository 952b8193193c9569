package dev.espalier.row;

import java.io.Serializable;

/**
 * A value that a program gave a name; becomes a column of the output.
 *
 * @param value of the Java type that {@code type} names, or null
 */
public record NamedValue(String name, ValueType type, Object value) implements Serializable {}
