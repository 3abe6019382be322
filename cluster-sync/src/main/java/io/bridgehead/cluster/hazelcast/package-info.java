/** The cluster over Hazelcast, and the only place that knows it. */
@NullMarked
package io.bridgehead.cluster.hazelcast;

import org.jspecify.annotations.NullMarked;
