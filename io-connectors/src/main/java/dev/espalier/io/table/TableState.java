package dev.espalier.io.table;

/** What is already at the place of a table. */
public enum TableState {
  /** Nothing, or a table that may be replaced. */
  NEW,
  /** Traces of a run of this job that did not finish. */
  UNFINISHED,
  /** This job's table, whole: there is nothing to do. */
  COMPLETE
}
