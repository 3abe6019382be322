/** The door to Vert.x's and Netty's event loops and transports. */
@NullMarked
package io.bridgehead.loop;

import org.jspecify.annotations.NullMarked;
