package io.bridgehead.load.chaos;

import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.load.wan.Place;
import io.bridgehead.load.wan.SteadyGets;
import io.bridgehead.load.wan.SteadyGets.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * GETs without end from a node's own site, and which of those that failed should not have: while the node itself runs, and for a service in other
 * sites while one of these is well, which is when the way there and one of its nodes have been so for ten seconds. Threads: one that asks.
 */
final class Requests implements AutoCloseable {
    private static final Duration SETTLING = Duration.ofSeconds(10);
    private static final int MANY = 20;

    private final FarFabric fabric;
    private final Outages outages;
    private final Member entry;
    private final String service;
    private final List<String> sites;
    private final SteadyGets gets;
    private int told;

    /**
     * Starts them.
     *
     * @param entry the node that they are sent to
     * @param sites where the service has endpoints; one of them is enough
     */
    Requests(FarFabric fabric, Outages outages, Member entry, String service, List<String> sites) {
        this.fabric = fabric;
        this.outages = outages;
        this.entry = entry;
        this.service = service;
        this.sites = sites;
        Place place = fabric.sites();
        this.gets = place.in(
                entry.site(),
                () -> SteadyGets.start(
                        place.of(entry.site()), entry.port(FarFabric.HTTP), Services.host(service), 1));
    }

    /** Whether it is well on its way. */
    boolean isServed() {
        return gets.answered() > MANY;
    }

    /** What failed since {@link #forget} and should not have. */
    List<String> wronged() {
        return gets.failed().stream()
                .skip(told)
                .filter(this::isWronged)
                .map(failure -> entry.name() + " " + service + ": " + failure.how() + ", "
                        + (System.nanoTime() - failure.endedNanos()) / 1_000_000 + " ms ago")
                .toList();
    }

    /** A node that was killed answers nothing, and one that starts nothing bad; one that was stopped may have run out of time. */
    private boolean isWronged(Failure failure) {
        String excuse = failure.answer().isEmpty() ? entry.name() : Disturber.stopped(entry);
        return !outages.touch(excuse, failure.beganNanos(), failure.endedNanos())
                && sites.stream().anyMatch(site -> isWell(site, failure));
    }

    private boolean isWell(String site, Failure failure) {
        if (site.equals(entry.site())) {
            return true;
        }
        long from = failure.beganNanos();
        long to = failure.endedNanos();
        return !outages.touch(Disturber.link(entry.site(), site), from, to, SETTLING)
                && fabric.members().stream()
                        .anyMatch(member ->
                                member.site().equals(site) && !outages.touch(member.name(), from, to, SETTLING));
    }

    /** Begins to count anew. */
    void forget() {
        told = gets.failed().size();
        gets.forget();
    }

    /** How long answers took, and how many there were not for good reason. */
    String figures() {
        return String.format(
                Locale.ROOT,
                "%s at %s: %d answers, p50 %.1f, p99 %.1f, longest %.0f ms; %d failed while their node or all sites were out",
                service,
                entry.name(),
                gets.answered(),
                gets.millis(0.5),
                gets.millis(0.99),
                gets.millis(1),
                gets.failed().size() - told - wronged().size());
    }

    @Override
    public void close() {
        gets.close();
    }
}
