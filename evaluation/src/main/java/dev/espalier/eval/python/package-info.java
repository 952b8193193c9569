/**
 * What evaluations need of Python to the last bit: its random numbers and its ways to add floats.
 * How Python writes values is {@link dev.espalier.jinja.PythonText}, its regular expressions are
 * {@link dev.espalier.jinja.PythonPattern}.
 */
package dev.espalier.eval.python;
