/**
 * Field blocks of HTTP/2 in compressed form (HPACK, RFC 7541), straight from and to the flat form of heads: {@link
 * io.bridgehead.wire.hpack.FieldBlockReader} and {@link io.bridgehead.wire.hpack.FieldBlockWriter}, one of each a connection.
 */
@NullMarked
package io.bridgehead.wire.hpack;

import org.jspecify.annotations.NullMarked;
