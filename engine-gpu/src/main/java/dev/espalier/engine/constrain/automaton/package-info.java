/** Finite automata over code points and over bytes: built, determinised, minimised, combined. */
package dev.espalier.engine.constrain.automaton;
