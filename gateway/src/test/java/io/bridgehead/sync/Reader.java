package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricObserver;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Rejection;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.cluster.api.UnsignedRecord;
import io.bridgehead.cluster.disk.DiskStore;
import io.bridgehead.cluster.memory.MemoryHub;
import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.NodeConfig.Publisher;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.RecordSigner;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SignatureException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A node's judgement and store, on disk, with certificates and signatures as they are; without any network. */
final class Reader implements AutoCloseable {
    final Store store;
    final LiveTls tls;
    final HybridClock hybrid;
    final OldRecords old;
    final RejectedRecords rejected;
    final Fabric fabric;
    final Vouchers vouchers;

    /** What a reader trusts. */
    record Trust(List<Publisher> publishers, List<String> vouchers) {
        static Trust operators() {
            return new Trust(
                    List.of(Publisher.ofAll(IdentityPattern.parse("spiffe://acme.example/operator/*"))), List.of());
        }

        Trust vouchedBy(String... nodes) {
            return new Trust(publishers, List.of(nodes));
        }
    }

    Reader(Path folder, KeyMaterial material, Trust trust, Clock clock) throws IOException {
        tls = new LiveTls(material, clock);
        old = new OldRecords(trust.vouchers.stream().map(IdentityPattern::parse).toList());
        Publishers publishers = new Publishers(trust.publishers, material.id(), Set::of);
        TrustVerifier verifier = new TrustVerifier(tls, publishers, old);
        store = DiskStore.open(folder, Retention.STANDARD, verifier, clock, StoreObserver.NONE);
        hybrid = new HybridClock(clock, material.id().toString());
        rejected = new RejectedRecords(clock);
        NodeInfo self = new NodeInfo(
                String.valueOf(material.id().gatewayNode()),
                String.valueOf(material.id().site()),
                "",
                "",
                new TreeMap<>(),
                material.id().toString());
        FabricObserver observer = new FabricObserver() {
            @Override
            public void recordRejected(Rejection rejection) {
                rejected.add(rejection);
            }
        };
        fabric = new MemoryHub(Runnable::run)
                .node(new FabricParts(self, store, verifier, hybrid, Bounds.STANDARD, observer, clock));
        vouchers = new Vouchers(store, tls, hybrid, old);
    }

    Receipt receive(EncodedRecord record) {
        return fabric.receive(record.bytes(), "member").toCompletableFuture().join();
    }

    /** Why a record was refused; fails when it was not. */
    Fault fault(EncodedRecord record) {
        return ((Receipt.Rejected) receive(record)).fault();
    }

    boolean serves(String source) {
        return store.active().containsKey(source);
    }

    @Override
    public void close() {
        fabric.close();
        store.close();
    }

    /** The first changeset of a source. */
    static EncodedRecord changeset(KeyMaterial signer, String source, Instant at) {
        return EncodedRecord.of(signed(signer, unsigned(source, signer.id().toString(), at)));
    }

    static UnsignedRecord unsigned(String source, String origin, Instant at) {
        Bytes text = Bytes.utf8("kind: Service");
        TreeMap<String, Sha256> manifest = new TreeMap<>();
        TreeMap<String, Bytes> contents = new TreeMap<>();
        manifest.put("Service/a", Sha256.of(text));
        contents.put("Service/a", text);
        Changeset changeset = new Changeset(source, 1, List.of(), "ann", at, "", manifest, contents, new TreeSet<>());
        return changeset.toRecord(origin, new Stamp(at.toEpochMilli(), 0, origin));
    }

    /** The health that a node, or somebody who says so, tells of another. */
    static EncodedRecord health(KeyMaterial signer, SpiffeId of, Instant at) {
        return health(signer, String.valueOf(of.gatewayNode()), at);
    }

    static EncodedRecord health(KeyMaterial signer, String subject, Instant at) {
        return EncodedRecord.of(signed(
                signer,
                new HealthMessage(1, 1, Bytes.utf8("fit"))
                        .toRecord(subject, signer.id().toString(), new Stamp(at.toEpochMilli(), 0, "n"))));
    }

    static SignedRecord signed(KeyMaterial signer, UnsignedRecord record) {
        try {
            return Changesets.sign(record, new RecordSigner(signer)).record();
        } catch (SignatureException e) {
            throw new AssertionError(e);
        }
    }
}
