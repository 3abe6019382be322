/**
 * HTTP/1.1 and HTTP/2, server and client side, behind one stream interface; the guard; flush coalescing; raw byte
 * streams.
 *
 * <p>{@link io.bridgehead.wire.Stream} is one exchange. Its two halves carry {@link io.bridgehead.wire.Chunk}s with
 * back-pressure:
 * a receiver tells the sender how much it has passed on ({@link io.bridgehead.wire.Stream#consumed}), a sender stops
 * while the
 * stream is not {@link io.bridgehead.wire.Stream#writable()}.
 */
@NullMarked
package io.bridgehead.wire;

import org.jspecify.annotations.NullMarked;
