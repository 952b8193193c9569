/** When a cron expression fires in a time zone, daylight saving included. */
package dev.espalier.jobs.schedule.cron;
