/** Puts an engine together: the one place that chooses a backend. */
package dev.espalier.engine.open;
