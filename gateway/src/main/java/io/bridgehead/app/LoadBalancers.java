package io.bridgehead.app;

import io.bridgehead.admin.AdminServer;
import io.bridgehead.config.ProbeSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Tells load balancers when a node begins and ceases to take clients, by {@code admin.probe}; nothing without it. */
record LoadBalancers(NodeParts parts, AdminServer admin) {
    /** The node is ready: the port opens, and follows readiness from now on. */
    void enter() throws StartException {
        ProbeSettings probe = parts.config().admin().probe();
        if (probe != null) {
            Waiting.await(onControlContext(() -> admin.listen(probe, parts.log()::say)));
        }
    }

    /** The node stops: the port closes, and clients are still taken for as long as load balancers need to notice. Blocks until then. */
    void leave() {
        ProbeSettings probe = parts.config().admin().probe();
        if (probe != null) {
            Waiting.quietly(onControlContext(() -> admin.leave(probe.leave())), probe.leave());
        }
    }

    /** The admin server lives on the loop on whose context it is made, and that must not be one of the data path. */
    private <T> CompletionStage<T> onControlContext(Supplier<Future<T>> begin) {
        Promise<T> done = Promise.promise();
        parts.loops().control().context().runOnContext(_ -> begin.get().onComplete(done));
        return done.future().toCompletionStage();
    }
}
