/**
 * Jinja2 with Python's values, for programs, chat templates and evaluation tasks: what a template
 * renders here is what Jinja2 renders, or it is refused. How Python writes values and reads regular
 * expressions is here too, since templates do both.
 */
package dev.espalier.jinja;
