package io.bridgehead.cluster.api;

import java.time.InstantSource;

/**
 * What every fabric is built from.
 *
 * @param self who this node is
 * @param store where accepted records go; stays open when the fabric closes
 * @param verifier judges records on first receipt
 * @param clock this node's hybrid clock
 * @param bounds how much is taken from one origin
 * @param observer is told what happened
 * @param time for rates, and for the age of states
 */
public record FabricParts(
        NodeInfo self,
        Store store,
        RecordVerifier verifier,
        HybridClock clock,
        Bounds bounds,
        FabricObserver observer,
        InstantSource time) {}
