/** The command line: verbs, exit codes, and text for people. */
@NullMarked
package io.bridgehead.cli;

import org.jspecify.annotations.NullMarked;
