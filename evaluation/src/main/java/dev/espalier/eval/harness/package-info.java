/**
 * The files of lm-evaluation-harness 0.4.13: results and samples as it writes them, its samples
 * read back as responses, and requests and their answers as JSON lines.
 */
package dev.espalier.eval.harness;
