/** Gatling simulations. */
@NullMarked
package io.bridgehead.load.gatling;

import org.jspecify.annotations.NullMarked;
