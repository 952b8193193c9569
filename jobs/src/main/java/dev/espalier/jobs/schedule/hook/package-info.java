/** Tells others what became of a run: by a request of HTTP, or by a command. */
package dev.espalier.jobs.schedule.hook;
