/** Processes that a measurement starts: they end with it, whatever happens, and the operating system tells what they cost. */
@NullMarked
package io.bridgehead.load.process;

import org.jspecify.annotations.NullMarked;
