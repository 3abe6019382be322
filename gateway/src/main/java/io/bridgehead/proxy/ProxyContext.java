package io.bridgehead.proxy;

import io.bridgehead.authn.Origins;
import io.bridgehead.limit.Overload;
import io.bridgehead.model.HexDigits;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.TraceContext;
import io.bridgehead.retry.RetryBudget;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.routing.LiveTable;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.Upstreams;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all exchanges of one event loop share; made once for each loop, whatever the number of listeners and tunnels. */
@OwnedBy(Owner.EVENT_LOOP)
public final class ProxyContext {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LocalNode local;
    private final LiveTable table;
    private ProxyLimits limits;
    private final ExchangeObserver observer;
    private final LoopParts loop;
    private final Overload overload;
    private final ActiveExchanges active;
    private final ReplayBudget replayBudget;
    private final Mirrors mirrors;
    private final Sessions sessions;
    private TraceFields traces;
    private final String pseudonym;
    private final byte[] pseudonymText;
    private final Map<ServiceName, ServiceBudget> retryBudgets = new HashMap<>();
    private @Nullable RoutingTable budgetsOf;

    private record ServiceBudget(RetryPolicy policy, RetryBudget budget) {
        boolean isOf(@Nullable ServiceRoute route) {
            return route != null && route.resilience().retry().equals(policy);
        }
    }

    public ProxyContext(
            LocalNode local, LiveTable table, ProxyLimits limits, ExchangeObserver observer, LoopParts loop) {
        this(local, table, limits, observer, loop, new Overload());
    }

    /** @param overload the level at which requests are refused */
    public ProxyContext(
            LocalNode local,
            LiveTable table,
            ProxyLimits limits,
            ExchangeObserver observer,
            LoopParts loop,
            Overload overload) {
        this.overload = overload;
        this.local = local;
        this.table = table;
        this.limits = limits;
        this.observer = observer;
        this.loop = loop;
        this.active = new ActiveExchanges(loop.clock());
        this.replayBudget = new ReplayBudget(limits.replayBytesOnLoopMax());
        this.mirrors = new Mirrors(this);
        this.sessions = new Sessions(local, loop);
        this.traces = new TraceFields(this, limits.traces());
        this.pseudonym = local.pseudonym();
        this.pseudonymText = pseudonym.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Exchanges that begin from now on have these bounds; to be called on this loop. What they keep together is bounded as ever. */
    public void use(ProxyLimits next) {
        if (!next.traces().equals(limits.traces())) {
            traces = new TraceFields(this, next.traces());
        }
        limits = next;
    }

    /** The exchanges on this loop that have not ended. */
    public ActiveExchanges active() {
        return active;
    }

    /** Whether the node is too loaded for more requests. */
    boolean refuses() {
        return overload.refuses();
    }

    LocalNode local() {
        return local;
    }

    String pseudonym() {
        return pseudonym;
    }

    byte[] pseudonymText() {
        return pseudonymText;
    }

    RoutingTable table() {
        return table.get();
    }

    ProxyLimits limits() {
        return limits;
    }

    ExchangeObserver observer() {
        return observer;
    }

    Upstreams upstreams() {
        return loop.upstreams();
    }

    boolean suspects(NodeName node) {
        return loop.suspects().test(node);
    }

    long now() {
        return loop.clock().nanoTime();
    }

    static long millis(long nanos) {
        return Math.floorDiv(nanos, NANOS_PER_MILLI);
    }

    /** Statements of who calls, on this loop. */
    public Origins origins() {
        return loop.origins();
    }

    LoopParts loop() {
        return loop;
    }

    Mirrors mirrors() {
        return mirrors;
    }

    Sessions sessions() {
        return sessions;
    }

    ReplayBudget replayBudget() {
        return replayBudget;
    }

    /** The retries that a service has on this loop; with a new table those are forgotten that are gone or have another policy. */
    RetryBudget retryBudget(RoutingTable current, ServiceRoute route) {
        if (budgetsOf != current) {
            budgetsOf = current;
            retryBudgets.entrySet().removeIf(entry -> !entry.getValue().isOf(current.byName(entry.getKey())));
        }
        ServiceBudget known = retryBudgets.get(route.name());
        if (known == null) {
            RetryPolicy policy = route.resilience().retry();
            known = new ServiceBudget(policy, new RetryBudget(policy));
            retryBudgets.put(route.name(), known);
        }
        return known.budget;
    }

    /** A span id, never zero. */
    long mintSpanId() {
        long id = loop.random().nextLong();
        return id == 0 ? 1 : id;
    }

    /** A trace that begins here. */
    TraceContext mintTrace() {
        return new TraceContext(loop.random().nextLong(), mintSpanId(), mintSpanId(), samples());
    }

    /** Whether the next trace that is decided upon here is one of those that are kept. */
    boolean samples() {
        double share = limits.traces().share();
        return share >= 1 || loop.random().nextDouble() < share;
    }

    TraceFields traces() {
        return traces;
    }

    /** A request id as it stands in a field: 32 hexadecimal digits. */
    byte[] mintRequestIdText() {
        byte[] text = new byte[2 * HexDigits.LENGTH];
        HexDigits.put(text, 0, loop.random().nextLong());
        HexDigits.put(text, HexDigits.LENGTH, loop.random().nextLong());
        return text;
    }
}
