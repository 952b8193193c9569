/** The espalier command: job files, runs and reports. */
package dev.espalier.jobs;
