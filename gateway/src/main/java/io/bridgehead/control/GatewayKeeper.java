package io.bridgehead.control;

import io.bridgehead.compile.gateway.GatewayTable;

/** Opens the ports that Gateways of the documents describe, and keeps the keys that they name. */
public interface GatewayKeeper {
    /**
     * Takes what holds from now on. When this returns, keys are in force; ports open and close soon after. Called before the table that goes with
     * it is in force, by one thread at a time, which may block.
     */
    void prepare(GatewayTable table);
}
