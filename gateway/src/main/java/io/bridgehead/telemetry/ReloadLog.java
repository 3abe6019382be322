package io.bridgehead.telemetry;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log what came of reloads. Any thread. */
public final class ReloadLog {
    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");

    private ReloadLog() {}

    /**
     * What the file says is in force.
     *
     * @param changes in a few words each
     * @param waiting keys that wait for a restart, each with its values and the reason
     */
    public static void done(List<String> changes, List<String> waiting) {
        LOG.atInfo().log("reload: done: {}", String.join("; ", changes));
        waiting.forEach(need -> LOG.atWarn().log("reload: {}", need));
    }

    /**
     * It is not, or not all of it.
     *
     * @param problems what is wrong, one by one
     */
    public static void refused(String error, List<String> problems) {
        LOG.atError().log("reload: {}", error);
        problems.forEach(problem -> LOG.atError().log("reload: {}", problem));
    }
}
