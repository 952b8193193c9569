/** Directories of this process alone in the machine's directory for temporary files. */
package dev.espalier.engine.scratch;
