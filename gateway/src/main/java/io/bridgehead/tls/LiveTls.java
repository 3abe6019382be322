package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.TrustDomain;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The one point where key and trust material is swapped.
 *
 * <p>Threads: anyone reads {@link #current} at any time, once for each connection; one thread, the control context, calls
 * {@link #swap}. Subscribers are called on the thread that swaps or federates, after the new generation is visible, in the order they came.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class LiveTls {
    private final Clock clock;
    private volatile Generation current;
    private Map<TrustDomain, List<X509Certificate>> fetched = Map.of();
    private final List<Consumer<Generation>> subscribers = new CopyOnWriteArrayList<>();

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
        subscribers.forEach(subscriber -> subscriber.accept(generation));
        return generation;
    }

    /**
     * Puts bundles of other trust domains in force, in place of those before, beside what the material itself brings; one that is there twice is taken
     * from here. Tells the subscribers if that changes anything. Any thread.
     *
     * @param bundles trust anchors of each; with none, nobody of the trust domain is trusted
     */
    public void federate(Map<TrustDomain, List<X509Certificate>> bundles) {
        Generation generation;
        synchronized (this) {
            if (bundles.equals(fetched)) {
                return;
            }
            fetched = Map.copyOf(bundles);
            generation = generation(current.number() + 1, current.materialNumber(), current.material(), fetched);
            current = generation;
        }
        subscribers.forEach(subscriber -> subscriber.accept(generation));
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
