/** Drives the engine: takes requests, runs batch after batch, hands out what came of them. */
package dev.espalier.engine.loop;
