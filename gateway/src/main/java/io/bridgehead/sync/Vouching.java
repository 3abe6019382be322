package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tunnel.ControlHandler;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.PeerState;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.util.Collection;
import java.util.List;

/**
 * Carries vouchers over tunnels: answers peers, and asks those whose word this node takes when it lacks some. What a peer vouches for is pulled
 * from it at once.
 *
 * <p><b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Vouching {
    /** Where peers ask for vouchers. */
    public static final String PATH = "/.bridgehead/voucher";
    /** How often a node that lacks vouchers asks. */
    public static final long ASK_MILLIS = 2_000;

    private final Parts parts;

    /** What it works with. */
    public record Parts(Vouchers vouchers, TunnelExchange exchange, SyncObserver observer) {}

    public Vouching(Parts parts) {
        this.parts = parts;
    }

    /** Answers peers. */
    public ControlHandler handler() {
        return parts.exchange().answering(parts.vouchers()::answer);
    }

    /** Asks those of these peers that are up and whose word this node takes, if it lacks vouchers. Called every {@link #ASK_MILLIS}. */
    public void askAmong(Collection<PeerState> peers) {
        List<Sha256> wanted = parts.vouchers().old().wanted(Voucher.NAMES_MAX);
        if (wanted.isEmpty()) {
            return;
        }
        TrustDomain domain = parts.vouchers().tls().current().validator().trustDomain();
        for (PeerState peer : peers) {
            SpiffeId witness = SpiffeId.gateway(domain, peer.site(), peer.node());
            if (peer.liveness() == Liveness.UP && parts.vouchers().old().trusts(witness)) {
                ask(peer.node(), wanted);
            }
        }
    }

    private void ask(NodeName node, List<Sha256> wanted) {
        parts.exchange().ask(node, PATH, Voucher.encode(wanted)).whenComplete((answer, problem) -> {
            if (problem != null) {
                parts.observer().exchangeFailed(node.value(), String.valueOf(problem.getMessage()));
            } else if (!answer.isEmpty()) {
                take(node, answer);
            }
        });
    }

    private void take(NodeName node, Bytes answer) {
        try {
            int news = parts.vouchers().accept(answer);
            if (news > 0) {
                parts.observer().vouched(node.value(), news);
                parts.exchange().repairWithOne(List.of(node));
            }
        } catch (MalformedException | CertificateException | SignatureException | IllegalArgumentException e) {
            parts.observer().voucherRefused(node.value(), String.valueOf(e.getMessage()));
        }
    }
}
