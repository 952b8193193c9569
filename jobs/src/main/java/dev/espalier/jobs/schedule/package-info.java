/** Runs jobs when they are due: what is decided, recorded, started, and recorded again. */
package dev.espalier.jobs.schedule;
