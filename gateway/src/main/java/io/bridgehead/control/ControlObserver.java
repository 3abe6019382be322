package io.bridgehead.control;

import java.util.List;

/** Is told what became of revisions; called on the control context. */
public interface ControlObserver {
    /** A revision is served from now on; notes say what of it this node cannot serve. */
    void revisionActive(String revision, int services, List<String> notes);

    /** A revision cannot be served; the one before stays. */
    void revisionRefused(String revision, List<String> problems);
}
