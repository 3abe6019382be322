/** The live view of {@code top}: what is drawn, and the terminal that it is drawn on. */
@NullMarked
package io.bridgehead.cli.top;

import org.jspecify.annotations.NullMarked;
