/** The requests of evaluations as rows of a dataflow: how they are kept, run and answered. */
package dev.espalier.jobs.eval;
