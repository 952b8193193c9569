/** How the output of one request grows: its choices, constraints, stops and results. */
package dev.espalier.engine.generate;
