/** What shared state costs and how long it takes: programs that print figures. */
@NullMarked
package io.bridgehead.load.state;

import org.jspecify.annotations.NullMarked;
