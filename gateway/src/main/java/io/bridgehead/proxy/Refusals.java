package io.bridgehead.proxy;

import io.bridgehead.limit.ServiceRates;
import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.policy.Cors;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.wire.RefusalResponse;
import io.bridgehead.wire.ServerStream;
import org.jspecify.annotations.Nullable;

/** Answers what this node refuses: to clients without inner details, to tunnels with what the far node needs to try elsewhere. */
final class Refusals {
    private static final HeaderName RETRY_AFTER = HeaderName.of("retry-after");
    private static final HeaderName WWW_AUTHENTICATE = HeaderName.of("www-authenticate");
    private static final String RETRY_AFTER_SECONDS = "2";

    private Refusals() {}

    /**
     * Why, and what was done about it.
     *
     * @param detail for the log only
     * @param perhapsProcessed whether an endpoint may have seen the request
     * @param attempts how many attempts were made
     * @param challenge how the client can prove itself (RFC 9110, section 11.6.1); null for nothing to say
     */
    record Why(
            Refusal refusal,
            String detail,
            boolean perhapsProcessed,
            int attempts,
            @Nullable String challenge) {
        Why(Refusal refusal, String detail, boolean perhapsProcessed, int attempts) {
            this(refusal, detail, perhapsProcessed, attempts, null);
        }

        /** Refused for want of proof. */
        static Why challenged(Refusal refusal, String detail, String challenge) {
            return new Why(refusal, detail, false, 0, challenge);
        }

        /** Refused before any attempt. */
        static Why atOnce(Refusal refusal, String detail) {
            return new Why(refusal, detail, false, 0);
        }
    }

    static void send(ServerStream client, RequestHead head, ExchangeRecord record, Why why) {
        record.refused(why.refusal(), why.detail());
        record.status = why.refusal().status();
        boolean tunnel = record.entry.isTunnel();
        boolean grpc = !tunnel && !head.isWebSocket() && RefusalResponse.wantsGrpc(head.fields());
        if (grpc) {
            record.grpcStatus = GrpcStatus.of(why.refusal());
        }
        RefusalResponse response = grpc
                ? RefusalResponse.grpc(why.refusal(), null)
                : RefusalResponse.of(why.refusal(), null, record.requestId());
        if (tunnel) {
            HopFields.addRefusal(response.head().fields(), why.refusal(), why.perhapsProcessed(), why.attempts());
        }
        String challenge = why.challenge();
        if (challenge != null) {
            response.head().fields().add(WWW_AUTHENTICATE, challenge);
        }
        if (why.refusal() == Refusal.OVERLOADED) {
            response.head().fields().add(RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        ServiceRates.Excess excess = record.excess;
        if (excess != null) {
            RateGate.tell(excess, response.head().fields());
        }
        decorate(record, response.head().fields());
        response.sendTo(client);
    }

    /** Says to scripts of other origins whether they may read an answer of this node. */
    static void decorate(ExchangeRecord record, HeaderFields fields) {
        RouteRule rule = record.rule;
        Cors cors = rule == null ? null : rule.cors();
        if (cors != null) {
            cors.decorate(record.origin, fields);
        }
    }
}
