package io.bridgehead.app;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.config.NodeConfig;

/** What a node looks at again and again, besides its own configuration, each on the thread of files. */
record FilePolls(NodeParts parts) {
    /** Interfaces come and go: the node's own ports are no endpoints on new addresses either. */
    void addresses() {
        CompileContext now = parts.tables().context();
        CompileContext next = now.at(OwnAddresses.all());
        if (!next.equals(now)) {
            parts.tables().recompileFor(next);
        }
    }

    void gateways() {
        parts.gateways().retry();
        if (parts.gateways().haveSecretsChanged()) {
            CompileContext now = parts.tables().context();
            NodeConfig.Realised opened = parts.gateways().configured();
            parts.tables().recompileFor(now.with(parts.gateways().terms(opened)));
        }
    }

    /** What bears on live connections comes first. */
    void keyFiles() {
        parts.files().poll(parts.tls());
        if (parts.path().edgeTls().poll()) {
            parts.path().listeners().recheck();
        }
        parts.path().authorities().poll();
        parts.identity().federation().tick();
        parts.path().issuers().tick();
    }
}
