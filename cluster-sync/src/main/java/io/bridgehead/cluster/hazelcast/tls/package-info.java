/** Mutual TLS inside Hazelcast's own channels: the open-source edition has none. */
@NullMarked
package io.bridgehead.cluster.hazelcast.tls;

import org.jspecify.annotations.NullMarked;
