/** Beam's runner of this process, which leaves the processors to those who have work. */
package dev.espalier.jobs.direct;
