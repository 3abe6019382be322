package io.bridgehead.app;

import io.bridgehead.config.AccessFormat;
import io.bridgehead.config.JwtSettings;
import io.bridgehead.config.NodeConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of two parts of a configuration differ, each with both values, such as {@code limits.drainTimeout: 30s -> 1m}. A secret is a type of its own,
 * which prints as stars, as does what an address asks for after its question mark.
 */
final class KeyDifferences {
    /** Parts of records whose keys stand in the section above, or below another key. */
    private static final Map<String, String> SECTIONS = Map.of(
            "clients", "",
            "connections", "",
            "datagrams", "",
            "edge", "",
            "floods", "",
            "protection", "",
            "taken", "",
            "tokens", "jwt",
            "web", "");

    /** Keys that are called otherwise in the file than in the record. */
    private static final Map<String, String> NAMES = Map.of(
            "jwt.gateways[].gateway", "name",
            "limits.connections.datagrams.idleTimeout", "datagramIdleTimeout",
            "limits.connections.datagrams.sessionsMax", "datagramSessionsMax",
            "limits.connections.perAddress", "connectionsPerAddress",
            "limits.connections.total", "connectionsTotal",
            "limits.protection.bodyBytesPerSecondMin", "requestBodyRateMin",
            "limits.protection.bodyGrace", "requestBodyGrace",
            "listeners[].edge.forward", "forwardClientCertificate",
            "telemetry.accessLog.only.classes", "status");

    /** Keys that may be left out, which is nought in the record. */
    private static final Set<String> OPTIONAL = Set.of(
            "listeners[].clients.connectionsPerAddress", "listeners[].connectionsMax", "limits.connections.total");

    /** Written as one value, or by one key of several. */
    private static final Set<Class<?>> WHOLE = Set.of(AccessFormat.class, JwtSettings.Location.class);

    private KeyDifferences() {}

    /**
     * The lines of all that differ below a key, in the order of the file.
     *
     * @param path the key as records name it, {@code listeners[]} for one of a list
     */
    static List<String> of(String path, @Nullable Object before, @Nullable Object after) {
        List<String> lines = new ArrayList<>();
        add(lines, path, before, after);
        return lines;
    }

    private static void add(List<String> lines, String path, @Nullable Object before, @Nullable Object after) {
        if (Objects.equals(before, after)) {
            return;
        }
        Object either = before == null ? after : before;
        if (either != null && isSection(either.getClass())) {
            for (RecordComponent component : either.getClass().getRecordComponents()) {
                add(lines, path + "." + component.getName(), value(component, before), value(component, after));
            }
        } else if (before instanceof List<?> one && after instanceof List<?> other && areSections(one, other)) {
            for (int i = 0; i < one.size(); i++) {
                add(lines, path + "[" + i + "]", one.get(i), other.get(i));
            }
        } else {
            boolean optional = OPTIONAL.contains(path);
            lines.add(key(path) + ": "
                    + RestartNeeds.shown(optional ? written(before) : before, optional ? written(after) : after));
        }
    }

    private static @Nullable Object written(@Nullable Object number) {
        return Integer.valueOf(0).equals(number) ? null : number;
    }

    private static boolean areSections(List<?> one, List<?> other) {
        return one.size() == other.size() && isSection(one.getFirst().getClass());
    }

    /** Whether it has keys of its own. */
    static boolean isSection(Class<?> type) {
        return type.isRecord()
                && type.getPackageName().equals(NodeConfig.class.getPackageName())
                && !WHOLE.contains(type)
                && !type.getSimpleName().endsWith("Pattern");
    }

    private static @Nullable Object value(RecordComponent component, @Nullable Object record) {
        if (record == null) {
            return null;
        }
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component + " of a public record cannot be read", e);
        }
    }

    /** The key as the file has it. */
    static String key(String path) {
        String name = NAMES.get(path.replaceAll("\\[\\d+]", "[]"));
        List<String> parts = new ArrayList<>();
        for (String part : path.split("\\.", -1)) {
            String written = SECTIONS.getOrDefault(part, part);
            if (!written.isEmpty()) {
                parts.add(written);
            }
        }
        if (name != null) {
            parts.set(parts.size() - 1, name);
        }
        return String.join(".", parts);
    }
}
