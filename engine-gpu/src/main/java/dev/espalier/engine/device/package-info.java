/** The one place that chooses a backend. */
package dev.espalier.engine.device;
