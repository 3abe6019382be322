package io.bridgehead.app;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayDeque;

/** What a start has opened so far, so that a start that fails leaves nothing running: undone in reverse. */
@OwnedBy(Owner.CONFINED)
final class Started {
    private final ArrayDeque<Runnable> undo = new ArrayDeque<>();

    /** Something that can be closed was opened. */
    <T extends AutoCloseable> T closing(T opened) {
        undo.push(() -> {
            try {
                opened.close();
            } catch (Exception e) {
                // The reason why the start failed matters more than this one.
            }
        });
        return opened;
    }

    /** From here on this undoes everything before it as well. */
    void only(Runnable all) {
        undo.clear();
        undo.push(all);
    }

    void add(Runnable one) {
        undo.push(one);
    }

    void undo() {
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (RuntimeException e) {
                // As above; the rest is still undone.
            }
        }
    }
}
