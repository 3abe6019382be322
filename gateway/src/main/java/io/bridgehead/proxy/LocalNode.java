package io.bridgehead.proxy;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;

/** This node, as others are told of it. */
public record LocalNode(SiteName site, NodeName node, SpiffeId identity, SessionSecret secret) {
    /** One whose sessions anybody can name who knows its fabric's names and addresses. */
    public LocalNode(SiteName site, NodeName node, SpiffeId identity) {
        this(site, node, identity, SessionSecret.derivedFrom(identity.trustDomain()));
    }

    /** The name in {@code Via} (RFC 9110, section 7.6.3): {@code node.site}. */
    String pseudonym() {
        return node + "." + site;
    }
}
