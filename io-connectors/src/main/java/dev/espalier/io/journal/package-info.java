/**
 * A durable journal of finished rows: what a killed job need not do again. Keys and payloads are
 * the caller's.
 */
package dev.espalier.io.journal;
