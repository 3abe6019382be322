package io.bridgehead.control;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.LiveTable;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.sync.ActiveDocuments;
import io.bridgehead.sync.RevisionHistory;
import io.bridgehead.upstream.FailoverContext;
import io.bridgehead.upstream.ServiceRegistry;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Keeps the routing table in force equal to what shared state holds. A revision that cannot be used changes nothing: the last good table
 * stays, and the problems are told.
 *
 * <pre>
 * idle --refresh--> compiling (on the blocking pool) --compiled--> reconcile in parts, swap --> idle, or compiling again when asked meanwhile
 *                        \--refused--> problems told, table kept --> idle
 * </pre>
 */
@OwnedBy(Owner.CONTROL)
public final class TableControl {
    private final Parts parts;
    private volatile List<String> problems = List.of();
    private volatile List<String> leftOut = List.of();
    private volatile CompileContext context;
    private boolean compiling;
    private boolean again;

    /**
     * What it works with.
     *
     * @param documents what is to be in force now
     * @param history what sources said before, for when they do not fit together
     * @param control the context that owns the registry
     * @param blocking compiles
     * @param gateways opens what Gateways of the documents describe
     * @param ahead reads what is stored
     */
    public record Parts(
            Supplier<ActiveDocuments> documents,
            RevisionHistory history,
            LiveTable table,
            ServiceRegistry registry,
            FailoverContext control,
            Executor blocking,
            ControlObserver observer,
            GatewayKeeper gateways,
            ReadAhead ahead) {}

    public TableControl(Parts parts, CompileContext context) {
        this.parts = parts;
        this.context = context;
    }

    /** What keeps the newest documents from being served; empty while they are. Any thread. */
    public List<String> problems() {
        return problems;
    }

    /** Documents that are served elsewhere and not here, because this node's {@code trust} refuses where their endpoints lie. Any thread. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** What documents are compiled for. Any thread. */
    public CompileContext context() {
        return context;
    }

    /** The node's own configuration changed: documents are compiled for this from now on. Any thread. */
    public void recompileFor(CompileContext next) {
        context = next;
        refresh();
    }

    /** Something may have changed. Any thread. */
    public void refresh() {
        parts.control().execute(this::begin);
    }

    private void begin() {
        if (compiling) {
            again = true;
            return;
        }
        compiling = true;
        again = false;
        parts.blocking().execute(() -> {
            ActiveDocuments active = parts.documents().get();
            Settlement settled = settle(active);
            parts.control().execute(() -> take(active.revision(), settled));
        });
    }

    private void take(String revision, Settlement settled) {
        switch (settled.result()) {
            case CompileResult.Refused refused -> {
                refuse(revision, refused);
                end();
            }
            case CompileResult.Compiled compiled ->
                parts.registry().reconcile(compiled.table(), () -> {
                    activate(revision, compiled, settled.problems());
                    end();
                });
        }
    }

    private void end() {
        compiling = false;
        if (again) {
            begin();
        }
    }

    private void refuse(String revision, CompileResult.Refused refused) {
        problems = refused.problems().stream().map(Object::toString).toList();
        parts.observer().revisionRefused(revision, problems);
    }

    /** The registry has taken the table's services into use. */
    private void activate(String revision, CompileResult.Compiled compiled, List<String> unsettled) {
        RoutingTable next = compiled.table();
        List<String> notes = compiled.notes().stream().map(Object::toString).toList();
        boolean swapped = parts.table().swap(parts.table().get().revision(), next);
        assert swapped : "only this class swaps the table";
        problems = List.of();
        leftOut = compiled.leftOut().stream().map(Object::toString).toList();
        parts.observer().revisionActive(next.revision(), next.services().size(), notes);
        if (!unsettled.isEmpty()) {
            problems = unsettled;
            parts.observer().revisionRefused(revision, unsettled);
        }
    }

    /** Compiles and activates at once what the local store holds: before the node serves anything. On the control context. */
    public void activateStored() {
        parts.ahead().await();
        ActiveDocuments active = parts.documents().get();
        Settlement settled = settle(active);
        switch (settled.result()) {
            case CompileResult.Refused refused -> refuse(active.revision(), refused);
            case CompileResult.Compiled compiled -> {
                parts.registry().reconcile(compiled.table());
                activate(active.revision(), compiled, settled.problems());
            }
        }
    }

    /** Compiles, and has what Gateways need in place before the table that needs it. */
    private Settlement settle(ActiveDocuments active) {
        Settlement settled = Settlement.of(active, parts.history(), context);
        if (settled.result() instanceof CompileResult.Compiled compiled) {
            parts.gateways().prepare(compiled.gateways());
        }
        return settled;
    }
}
