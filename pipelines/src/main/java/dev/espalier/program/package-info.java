/** The language of structured generation programs and its interpreter; no Beam. */
package dev.espalier.program;
