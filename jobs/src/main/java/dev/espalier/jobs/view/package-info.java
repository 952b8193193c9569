/**
 * What the commands that look at results of evaluations understand and print: names of models in
 * folders of results, conditions, tables and JSON. Knows no command.
 */
package dev.espalier.jobs.view;
