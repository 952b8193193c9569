/** Measures engines and checks their bits: what the bench command runs. */
package dev.espalier.bench;
