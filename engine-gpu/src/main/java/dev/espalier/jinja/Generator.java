package dev.espalier.jinja;

import java.util.Iterator;

/** A sequence that is made while it is read, once. */
record Generator(String typeName, Iterator<Object> items) {}
