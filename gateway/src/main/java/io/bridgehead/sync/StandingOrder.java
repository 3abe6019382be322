package io.bridgehead.sync;

import io.bridgehead.cluster.api.Order;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The newest word of operators on one subject.
 *
 * @param subject the action and what it is about; one order for each
 * @param order what it says; null for one that this node cannot read
 * @param signer the SPIFFE ID that signed it
 * @param stampMillis the time of its stamp in milliseconds since 1970
 */
public record StandingOrder(String subject, @Nullable Order order, String signer, long stampMillis) {
    /** What is ordered and about what, for people: {@code pin service orders to site azure}. */
    public String text() {
        if (order == null) {
            return subject + " (of a newer version)";
        }
        String way = order.detail().over().isZero()
                ? ""
                : " over " + order.detail().over().toSeconds() + " s";
        String action = order.ended() && !way.isEmpty() ? "un" + order.action() : order.action();
        return action + target() + way;
    }

    private String target() {
        Order said = order;
        if (said == null) {
            return "";
        }
        String service = said.service().isEmpty() ? "" : " service " + said.service();
        String between = said.service().isEmpty() ? "" : said.action().equals(OrderAction.PIN.word()) ? " to" : " in";
        String site = said.site().isEmpty() ? "" : between + " site " + said.site();
        String node = said.node().isEmpty() ? "" : " node " + said.node();
        String endpoint = said.detail().endpoint().isEmpty()
                ? ""
                : " endpoint " + said.detail().endpoint();
        String all = service.isEmpty() && site.isEmpty() && node.isEmpty() ? " all services" : "";
        return service + site + node + endpoint + all;
    }

    /** Whether it is in force at this moment and this node understands it. */
    boolean isInForce(Instant now) {
        return order != null && (order.isInForce(now) || order.isReturning(now)) && OrderAction.of(order) != null;
    }
}
