package dev.espalier.engine;

/**
 * How short an output can be that meets a constraint. Both are lower bounds, and nearly always met:
 * what no limit below them can hold, no model can write.
 *
 * @param bytes no output has fewer bytes in UTF-8
 * @param tokens no output has fewer tokens
 */
public record ShortestOutput(int bytes, int tokens) {}
