/**
 * TLS at listeners for clients: certificate files and their reload, the choice of a certificate by server name, client certificates.
 */
@NullMarked
package io.bridgehead.tls.edge;

import org.jspecify.annotations.NullMarked;
