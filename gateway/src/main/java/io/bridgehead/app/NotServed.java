package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import java.util.ArrayList;
import java.util.List;

/** Keys of gateway.yaml that are understood but that this version does nothing with: refused, so that nobody relies on them. */
public final class NotServed {
    private NotServed() {}

    /** What a configuration asks for in vain; empty when nothing. */
    public static List<String> problems(NodeConfig config) {
        List<String> problems = new ArrayList<>();
        if (!config.trust().vouchers().isEmpty()) {
            problems.add("trust.vouchers: found " + config.trust().vouchers().size()
                    + ", expected none: this version takes nobody's word for old records");
        }
        return problems;
    }
}
