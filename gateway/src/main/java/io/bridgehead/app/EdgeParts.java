package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.tls.edge.EdgeTls;

/** What the configured listeners need beside their ports. */
record EdgeParts(EdgeTlsSet tls, TokenIssuers issuers) {
    /**
     * Reads what a configuration names, and puts it in use.
     *
     * @param started closes both should the start fail
     * @throws StartException with every reason
     * @throws IllegalArgumentException if a file of authorities of an issuer cannot be used
     */
    static EdgeParts of(NodeConfig config, EdgeTls.Surroundings surroundings, TokenIssuers issuers, Started started)
            throws StartException {
        EdgeTlsSet tls = started.closing(new EdgeTlsSet(surroundings));
        tls.use(tls.prepare(config));
        started.closing(issuers).use(issuers.prepare(config));
        return new EdgeParts(tls, issuers);
    }
}
