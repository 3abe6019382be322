/** Rows of the comparison: a kind of load, how it is made, and what one measurement of it gives. */
@NullMarked
package io.bridgehead.load.row;

import org.jspecify.annotations.NullMarked;
