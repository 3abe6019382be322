/**
 * HTTP/2 (RFC 9113) on Netty's frame codec: heads straight from and to the flat form, one small object a stream,
 * flushes gathered for
 * each loop turn, back-pressure by stream.
 */
@NullMarked
package io.bridgehead.wire.http2;

import org.jspecify.annotations.NullMarked;
