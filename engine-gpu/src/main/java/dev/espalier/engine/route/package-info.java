/** One engine over several: sends each request to the device that holds its beginning. */
package dev.espalier.engine.route;
