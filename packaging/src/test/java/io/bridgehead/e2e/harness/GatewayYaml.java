package io.bridgehead.e2e.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node's gateway.yaml that a test changes before it is written; values are YAML in flow form. */
public final class GatewayYaml {
    private final Map<String, String> sections = new LinkedHashMap<>();
    private final List<String> listeners = new ArrayList<>();

    GatewayYaml() {}

    /** Gives a top-level key another value. */
    public GatewayYaml set(String key, String value) {
        sections.put(key, value);
        return this;
    }

    /** Adds a listener on loopback; {@code more} is empty or further keys, such as {@code protocol: TCP}. */
    public GatewayYaml listener(String name, int port, String more) {
        listeners.add(
                "{ name: " + name + ", address: 127.0.0.1, port: " + port + (more.isEmpty() ? "" : ", " + more) + " }");
        return this;
    }

    /** The file. */
    public String text() {
        StringBuilder text = new StringBuilder();
        sections.forEach(
                (key, value) -> text.append(key).append(": ").append(value).append('\n'));
        text.append("listeners:\n");
        listeners.forEach(listener -> text.append("  - ").append(listener).append('\n'));
        return text.toString();
    }
}
