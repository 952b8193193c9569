/** Rules that may call each other: how they are written down, reduced, and read byte by byte. */
package dev.espalier.engine.constrain.network;
