/** Shared state in one process: a single node without a cluster, and several nodes in one JVM for tests. */
@NullMarked
package io.bridgehead.cluster.memory;

import org.jspecify.annotations.NullMarked;
