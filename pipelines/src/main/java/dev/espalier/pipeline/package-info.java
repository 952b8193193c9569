/** The Beam transforms of a job: trace, plan, group, run. */
package dev.espalier.pipeline;
