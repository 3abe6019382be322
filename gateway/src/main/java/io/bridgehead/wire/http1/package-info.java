/** HTTP/1.1 (RFC 9112) and HTTP/1.0: own reading and writing of heads, bodies, and one connection on each side. */
@NullMarked
package io.bridgehead.wire.http1;

import org.jspecify.annotations.NullMarked;
