/** The public interface of the engine: tokens in, tokens out. */
package dev.espalier.engine;
