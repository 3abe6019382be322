package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.List;
import picocli.CommandLine.Parameters;

/** What an order is about: {@code site NAME}, {@code node NAME}, or {@code service NAME SITE}. */
@OwnedBy(Owner.CONFINED)
final class OrderTarget {
    /** What can be named. */
    enum Sort {
        SITE,
        NODE,
        SERVICE
    }

    @Parameters(index = "0", paramLabel = "site|node|service", description = "what it is about")
    private Sort sort = Sort.SITE;

    @Parameters(
            index = "1..*",
            arity = "1..2",
            paramLabel = "NAME",
            description = "its name; for a service its name and the site")
    private List<String> names = List.of();

    String service() {
        return sort == Sort.SERVICE ? names.getFirst() : "";
    }

    String site() {
        return switch (sort) {
            case SITE -> only();
            case SERVICE -> second();
            case NODE -> "";
        };
    }

    String node() {
        return sort == Sort.NODE ? only() : "";
    }

    private String only() {
        if (names.size() > 1) {
            throw new Failure(Failure.USAGE, "bridgehead: expected one name, found " + names);
        }
        return names.getFirst();
    }

    private String second() {
        if (names.size() != 2) {
            throw new Failure(Failure.USAGE, "bridgehead: expected the service and the site, found " + names);
        }
        return names.get(1);
    }
}
