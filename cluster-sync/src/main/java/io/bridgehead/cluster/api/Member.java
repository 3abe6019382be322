package io.bridgehead.cluster.api;

/**
 * A node that the cluster shows at this moment.
 *
 * @param info who it is
 * @param address where its member port is, {@code host:port}
 * @param local whether it is this node
 */
public record Member(NodeInfo info, String address, boolean local) {}
