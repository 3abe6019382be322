package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import picocli.CommandLine.Parameters;

/** What of the fabric an order is about: {@code site NAME} or {@code node NAME}. */
@OwnedBy(Owner.CONFINED)
final class MemberTarget {
    /** What can be named. */
    enum Sort {
        SITE,
        NODE
    }

    @Parameters(index = "0", paramLabel = "site|node", description = "what it is about")
    private Sort sort = Sort.SITE;

    @Parameters(index = "1", paramLabel = "NAME", description = "its name")
    private String name = "";

    String site() {
        return sort == Sort.SITE ? name : "";
    }

    String node() {
        return sort == Sort.NODE ? name : "";
    }
}
