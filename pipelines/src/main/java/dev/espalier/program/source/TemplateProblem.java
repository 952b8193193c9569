package dev.espalier.program.source;

/**
 * What is wrong with a template.
 *
 * @param line in the template, from 1
 */
record TemplateProblem(int line, String message, String remedy) {}
