/** The development authority: makes a trust domain and issues the identities of nodes, operators and workloads as files. */
@NullMarked
package io.bridgehead.tls.pki;

import org.jspecify.annotations.NullMarked;
