/** What a scheduler remembers: its state, and the log that keeps it on any storage. */
package dev.espalier.jobs.schedule.log;
