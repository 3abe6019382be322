package io.bridgehead.cluster.hazelcast;

import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.testing.FabricContract;
import io.bridgehead.cluster.testing.TestAuthority;

class HazelcastFabricTest extends FabricContract {
    private static final TestAuthority AUTHORITY = new TestAuthority();

    private final TestCluster cluster = new TestCluster(3);

    @Override
    protected Fabric create(FabricParts parts) {
        return cluster.create(parts, AUTHORITY.member(parts.self().spiffeId()));
    }
}
