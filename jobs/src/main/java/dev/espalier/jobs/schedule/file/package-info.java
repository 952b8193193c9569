/** What a schedule file says, and its reader. */
package dev.espalier.jobs.schedule.file;
