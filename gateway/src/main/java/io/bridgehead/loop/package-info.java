/** The door to Vert.x's and Netty's event loops and transports, and to the service manager that started the process. */
@NullMarked
package io.bridgehead.loop;

import org.jspecify.annotations.NullMarked;
