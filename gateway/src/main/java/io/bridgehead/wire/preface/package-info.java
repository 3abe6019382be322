/**
 * What a connection begins with before its own protocol: a PROXY protocol header, or the ClientHello of a TLS connection that
 * passes through unread.
 */
@NullMarked
package io.bridgehead.wire.preface;

import org.jspecify.annotations.NullMarked;
