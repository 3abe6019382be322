package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrderRecords.Finer;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Parameters;

/** What an order is about: {@code site NAME}, {@code node NAME}, {@code service NAME SITE} or {@code endpoint SERVICE SITE HOST:PORT}. */
@OwnedBy(Owner.CONFINED)
final class OrderTarget {
    /** What can be named. */
    enum Sort {
        SITE,
        NODE,
        SERVICE,
        ENDPOINT
    }

    @Parameters(index = "0", paramLabel = "site|node|service|endpoint", description = "what it is about")
    private Sort sort = Sort.SITE;

    @Parameters(
            index = "1..*",
            arity = "1..3",
            paramLabel = "NAME",
            description =
                    "its name; for a service its name and the site; for an endpoint the service, the site and its host:port")
    private List<String> names = List.of();

    String service() {
        return sort == Sort.SERVICE || sort == Sort.ENDPOINT ? names.getFirst() : "";
    }

    String site() {
        return switch (sort) {
            case SITE -> only();
            case SERVICE -> second(2, "the service and the site");
            case ENDPOINT -> second(3, "the service, the site and the endpoint");
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

    /** The endpoint, and how long the way back is. */
    Finer finer(Duration over) {
        return new Finer(sort == Sort.ENDPOINT ? names.getLast() : "", over);
    }

    private String second(int count, String expected) {
        if (names.size() != count) {
            throw new Failure(Failure.USAGE, "bridgehead: expected " + expected + ", found " + names);
        }
        return names.get(1);
    }
}
