/** Regular expressions, from their text to an automaton over code points. */
package dev.espalier.engine.constrain.regex;
