/** What a scheduler shows: a page for people, figures for Prometheus, and both as files. */
package dev.espalier.jobs.schedule.page;
