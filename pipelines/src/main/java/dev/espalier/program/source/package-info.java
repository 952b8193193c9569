/** Where programs come from: classes, and program files in YAML with Jinja texts. */
package dev.espalier.program.source;
