/**
 * What evaluations need of Python to the last bit: its random numbers and its ways to add floats.
 * How Python writes values is {@link dev.espalier.jinja.PythonText}.
 */
package dev.espalier.eval.python;
