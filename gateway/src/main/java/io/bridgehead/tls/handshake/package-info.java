/** TLS for links between nodes: contexts built from the live key material, the check of the peer, what was agreed. */
@NullMarked
package io.bridgehead.tls.handshake;

import org.jspecify.annotations.NullMarked;
