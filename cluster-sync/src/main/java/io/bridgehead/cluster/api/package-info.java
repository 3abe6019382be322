/** What the gateway knows of shared state: plain Java types, no Hazelcast. */
@NullMarked
package io.bridgehead.cluster.api;

import org.jspecify.annotations.NullMarked;
