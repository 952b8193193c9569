/** Openings of rows, and the plan that brings shared openings together; no Beam. */
package dev.espalier.prefix;
