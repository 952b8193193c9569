/** Where a job stands while it runs, and the line that says so; knows no job file and no Beam. */
package dev.espalier.jobs.progress;
