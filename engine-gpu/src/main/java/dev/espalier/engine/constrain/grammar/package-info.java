/** Grammars in EBNF, from their text to rules. */
package dev.espalier.engine.constrain.grammar;
