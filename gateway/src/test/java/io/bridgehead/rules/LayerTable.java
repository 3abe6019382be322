package io.bridgehead.rules;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The layer table of docs/ARCHITECTURE.md: for each package of the gateway, bottom up, the packages that it may import. */
final class LayerTable {
    static final String ROOT = "io.bridgehead";
    /** The library of shared state, which is a module of its own. */
    static final String CLUSTER_API = ROOT + ".cluster.api";

    /** What decides, and so imports the JDK and its own kind only. */
    static final Set<String> PURE =
            Set.of("model", "match", "balance", "health", "failover", "limit", "retry", "policy", "routing", "compile");
    /** What runs on event loops, where a lock would stop every exchange of the loop. */
    static final Set<String> EVENT_LOOP = Set.of("wire", "tunnel", "upstream", "proxy", "listen");
    /** Programs for people: they write to the terminal and own their process. */
    static final Set<String> PROGRAMS = Set.of("app", "cli", "demo");
    /** Where clocks and threads come from: a program makes them, {@code loop} holds those of the event loops. */
    static final Set<String> PROGRAMS_AND_LOOP = Set.of("app", "cli", "demo", "loop");

    private static final String TABLE = """
            model     :
            match     : model
            balance   : model
            health    : model
            failover  : model health
            limit     : model
            retry     : model
            policy    : model limit match
            routing   : model match policy balance health failover limit retry
            config    : model
            compile   : model config routing match policy balance health failover limit retry
            loop      : model
            tls       : model loop
            authn     : model limit tls
            wire      : model limit loop tls
            tunnel    : model loop tls wire limit
            upstream  : model routing balance health failover retry limit loop tls wire tunnel
            identity  : model loop tls wire tunnel upstream authn
            proxy     : model routing match policy limit retry authn loop wire upstream
            listen    : model match routing limit loop tls authn wire tunnel proxy
            sync      : model config health failover limit loop tls authn wire tunnel
            control   : model config compile routing health limit loop tls identity tunnel upstream listen sync
            telemetry : model config policy routing health failover limit loop tls authn wire tunnel upstream identity proxy listen sync control
            admin     : model config compile routing health loop upstream tunnel listen control telemetry
            app       : *
            demo      : model tls admin
            cli       : model config compile tls identity sync admin app demo
            """;

    private LayerTable() {}

    /** Each package with those that it may import, bottom up; {@code app} may import all above it. */
    static Map<String, List<String>> rows() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        TABLE.lines().forEach(line -> {
            String[] sides = line.split(":", -1);
            String allowed = sides[1].strip();
            List<String> imports = allowed.equals("*")
                    ? List.copyOf(rows.keySet())
                    : allowed.isEmpty() ? List.of() : List.of(allowed.split(" "));
            rows.put(sides[0].strip(), imports);
        });
        return rows;
    }

    /** The row of a class, by its package's name, such as {@code config} for {@code io.bridgehead.config.read}. */
    static String rowOf(String packageName) {
        if (!packageName.startsWith(ROOT + ".")) {
            return "";
        }
        String rest = packageName.substring(ROOT.length() + 1);
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
