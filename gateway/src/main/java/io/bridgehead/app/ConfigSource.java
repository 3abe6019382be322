package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Reading;

/** Reads a node's gateway.yaml again, for a reload. Runs on the blocking pool. */
@FunctionalInterface
public interface ConfigSource {
    /** What the file says now. */
    Reading<NodeConfig> read();
}
