/** The row on its way through a job: its values, errors and outcome, and their bytes. */
package dev.espalier.row;
