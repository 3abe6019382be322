package io.bridgehead.app.publish;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The sources of this node's folders now, which its own {@code trust} grants it. Any thread: replaced whole. */
@OwnedBy(Owner.ANY_THREAD)
public final class OwnFolders implements Supplier<Set<String>> {
    private volatile Set<String> sources;

    public OwnFolders(List<NodeConfig.Folder> folders) {
        this.sources = names(folders);
    }

    void replace(List<NodeConfig.Folder> folders) {
        sources = names(folders);
    }

    @Override
    public Set<String> get() {
        return sources;
    }

    private static Set<String> names(List<NodeConfig.Folder> folders) {
        return folders.stream().map(NodeConfig.Folder::source).collect(Collectors.toUnmodifiableSet());
    }
}
