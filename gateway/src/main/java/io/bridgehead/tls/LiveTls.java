package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.TrustDomain;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The one point where key and trust material is swapped.
 *
 * <p>Threads: anyone reads {@link #current} at any time, once for each connection; one thread, the control context, calls
 * {@link #swap}. Subscribers are called on the thread that swaps or federates, or on one that does so at the same time, after the new generation is
 * visible: those that judge live connections first, then the others in the order they came. Each is told of generations in their order and of the last
 * one last; one that was replaced already may be left out. One that throws leaves the others told; the first that did is thrown on after that.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class LiveTls {
    private final Clock clock;
    private volatile Generation current;
    private Map<TrustDomain, List<X509Certificate>> fetched = Map.of();
    private final List<Consumer<Generation>> judges = new CopyOnWriteArrayList<>();
    private final List<Consumer<Generation>> subscribers = new CopyOnWriteArrayList<>();
    private final Object telling = new Object();
    private long told = 1;
    private boolean isTelling;

    /** Starts with generation 1. */
    public LiveTls(KeyMaterial first, Clock clock) {
        this.clock = clock;
        this.current = generation(1, 1, first, Map.of());
    }

    /** What is in force now. */
    public Generation current() {
        return current;
    }

    /** Puts new material in force for every handshake from now on, and tells the subscribers. */
    public Generation swap(KeyMaterial next) {
        Generation generation;
        synchronized (this) {
            long number = current.number() + 1;
            generation = generation(number, number, next, fetched);
            current = generation;
        }
        tell();
        return generation;
    }

    /** The last state is told last, whichever thread brought it. */
    private void tell() {
        synchronized (telling) {
            if (isTelling) {
                return; // a subscriber has swapped; the round that it is in goes on with what it brought
            }
            isTelling = true;
            List<RuntimeException> failures = new ArrayList<>();
            try {
                for (Generation newest = current; newest.number() != told; newest = current) {
                    told = newest.number();
                    tell(judges, newest, failures);
                    tell(subscribers, newest, failures);
                }
            } finally {
                isTelling = false;
            }
            if (!failures.isEmpty()) {
                throw failures.getFirst();
            }
        }
    }

    private static void tell(List<Consumer<Generation>> all, Generation newest, List<RuntimeException> failures) {
        for (Consumer<Generation> one : all) {
            try {
                one.accept(newest);
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
    }

    /**
     * Puts bundles of other trust domains in force, in place of those before, beside what the material itself brings; one that is there twice is taken
     * from here. Tells the subscribers if that changes anything. Any thread.
     *
     * @param bundles trust anchors of each; with none, nobody of the trust domain is trusted
     */
    public void federate(Map<TrustDomain, List<X509Certificate>> bundles) {
        synchronized (this) {
            if (bundles.equals(fetched)) {
                return;
            }
            fetched = Map.copyOf(bundles);
            current = generation(current.number() + 1, current.materialNumber(), current.material(), fetched);
        }
        tell();
    }

    /**
     * Asks to be told of every later swap.
     *
     * @return ends the subscription
     */
    public Runnable subscribe(Consumer<Generation> subscriber) {
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    /**
     * The same for what judges live connections again by {@link #current}: it is told before any of the others, some of which make TLS contexts, which
     * can take seconds where the machine is busy.
     *
     * @return ends the subscription
     */
    public Runnable subscribeFirst(Consumer<Generation> judge) {
        judges.add(judge);
        return () -> judges.remove(judge);
    }

    private Generation generation(
            long number,
            long materialNumber,
            KeyMaterial material,
            Map<TrustDomain, List<X509Certificate>> fetchedBundles) {
        TrustDomain own = material.id().trustDomain();
        Map<TrustDomain, List<X509Certificate>> all = new HashMap<>(material.federated());
        all.putAll(fetchedBundles);
        all.remove(own);
        Map<TrustDomain, SvidValidator> federated = new HashMap<>();
        all.forEach((trustDomain, bundle) ->
                federated.put(trustDomain, new SvidValidator(trustDomain, bundle, material.revocations(), clock)));
        return new Generation(
                number,
                materialNumber,
                material,
                new SvidValidator(own, material.bundle(), material.revocations(), clock),
                Map.copyOf(federated));
    }

    /**
     * Material in force.
     *
     * @param number counts changes, from 1
     * @param materialNumber the change that brought {@code material}; what came later brought bundles of other trust domains
     * @param validator judges others by the bundle of {@code material}
     * @param federated judge members of other trust domains, each by the bundle of its own
     */
    public record Generation(
            long number,
            long materialNumber,
            KeyMaterial material,
            SvidValidator validator,
            Map<TrustDomain, SvidValidator> federated) {
        /**
         * Who judges a certificate: by the bundle of the trust domain that it names, and of no other.
         *
         * @throws CertificateException if it has no single SPIFFE ID
         */
        public SvidValidator validatorOf(X509Certificate leaf) throws CertificateException {
            SvidValidator other = federated.get(SvidValidator.idOf(leaf).trustDomain());
            return other == null ? validator : other;
        }
    }
}
