package io.bridgehead.app;

import io.bridgehead.control.KnownNode;
import io.bridgehead.control.KnownNodes;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom this node has heard, as {@code nodes.json} in the state directory. Lost or damaged, a node that is started while it is cut off does not
 * know whom it misses; nothing else depends on it. A damaged one is set aside.
 */
record KnownNodesFile(Path file, DiskHealth disk, Clock clock) implements KnownNodes.Memory {
    static final String NAME = "nodes.json";

    private static final String NODES = "nodes";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    static KnownNodesFile in(Path stateDirectory, DiskHealth disk, Clock clock) {
        return new KnownNodesFile(stateDirectory.resolve(NAME), disk, clock);
    }

    @Override
    public List<KnownNode> read() {
        List<KnownNode> nodes = new ArrayList<>();
        try {
            if (Files.exists(file)) {
                JsonObject text = new JsonObject(Files.readString(file));
                for (Object one : text.getJsonArray(NODES, new JsonArray())) {
                    nodes.add(node((JsonObject) one));
                }
            }
        } catch (CharacterCodingException e) {
            setAside("it is not UTF-8");
            return List.of();
        } catch (IOException e) {
            disk.nodesNotRead(file, String.valueOf(e.getMessage()));
            return List.of();
        } catch (RuntimeException e) {
            setAside(String.valueOf(e.getMessage()));
            return List.of();
        }
        return nodes;
    }

    /** Keeps what cannot be understood, beside it, with the time in its name. */
    private void setAside(String damage) {
        Path kept = file.resolveSibling(NAME + ".corrupt-" + TIME.format(clock.instant()));
        try {
            disk.nodesSetAside(file, Files.move(file, kept), damage);
        } catch (IOException e) {
            disk.nodesNotRead(file, damage + "; it could not be set aside: " + e.getMessage());
        }
    }

    private static KnownNode node(JsonObject one) {
        return new KnownNode(
                new NodeName(one.getString("node", "")),
                new SiteName(one.getString("site", "")),
                address(one.getString("tunnel")),
                address(one.getString("inside")),
                one.getString("revision", ""),
                one.getString("version", ""),
                one.getLong("heardMillis", 0L));
    }

    private static @Nullable HostPort address(@Nullable String text) {
        return text == null ? null : HostPort.parse(text);
    }

    private static @Nullable String text(@Nullable HostPort address) {
        return address == null ? null : address.toString();
    }

    @Override
    public boolean write(Collection<KnownNode> nodes) {
        JsonArray rows = new JsonArray();
        nodes.forEach(node -> rows.add(new JsonObject()
                .put("node", node.node().value())
                .put("site", node.site().value())
                .put("tunnel", text(node.tunnel()))
                .put("inside", text(node.inside()))
                .put("revision", node.revision())
                .put("version", node.version())
                .put("heardMillis", node.heardMillis())));
        Path aside = file.resolveSibling(NAME + ".new");
        byte[] text = new JsonObject().put(NODES, rows).encodePrettily().getBytes(StandardCharsets.UTF_8);
        try {
            try (OutputStream out = Files.newOutputStream(aside);
                    FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                out.write(text);
                channel.force(true);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            disk.nodesNotKept(file, e);
            return false;
        }
        disk.nodesKept(file);
        return true;
    }
}
