/** What a sweep of evaluations is made of, and what it leaves in its directory. */
package dev.espalier.eval.sweep;
