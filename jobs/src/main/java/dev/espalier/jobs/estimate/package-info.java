/** What a job would take on a device, by a simple model; knows no job file and no Beam. */
package dev.espalier.jobs.estimate;
