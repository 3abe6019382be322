package io.bridgehead.cli;

import io.bridgehead.app.EdgeTlsSet;
import io.bridgehead.app.OwnAddresses;
import io.bridgehead.app.TokenIssuers;
import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.compile.Compiler;
import io.bridgehead.config.Document;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.config.FederatedDomain;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.identity.federation.FederatedBundles;
import io.bridgehead.model.SiteName;
import io.bridgehead.tls.AuthorityFiles;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.TlsObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code validate} checks beyond the form of the files: keys, certificates, and documents as a node would compile them. */
final class NodeChecks {
    private NodeChecks() {}

    /** Problems of the files that a configuration names. */
    static List<String> problems(NodeConfig node) {
        NodeConfig.KeyFiles files = node.identity().files();
        MaterialFiles.Paths paths =
                new MaterialFiles.Paths(files.certificate(), files.key(), files.bundle(), files.crl());
        List<String> problems = new ArrayList<>();
        try {
            if (node.identity().workloadApi() == null) {
                new MaterialFiles(paths, ExpectedPeer.exactly(node.spiffeId()), Clock.systemUTC(), TlsObserver.silent())
                        .load();
            }
            AuthorityFiles.load(node.endpointTls().authorities(), TlsObserver.silent());
        } catch (MaterialException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        for (FederatedDomain domain : node.identity().federation()) {
            Path bundle = domain.bundle();
            try {
                if (bundle != null) {
                    FederatedBundles.read(bundle);
                }
                Path authorities = domain.authorities();
                if (authorities != null) {
                    PemFile.read(authorities).authorities();
                }
            } catch (IOException | MaterialException e) {
                problems.add("identity.federation " + domain.trustDomain() + ": " + e.getMessage());
            }
        }
        problems.addAll(EdgeTlsSet.problems(node));
        problems.addAll(TokenIssuers.problems(node));
        return problems;
    }

    /** A node that takes everything: what is wrong there is wrong everywhere. */
    private static CompileContext anywhere() {
        return new CompileContext(
                new SiteName("anywhere"),
                NodeConfig.TRUST_DOMAIN_DEFAULT,
                Map.of(),
                new EndpointTrust(List.of(), true, Set.of(), Set.of()),
                Set.of(),
                false);
    }

    /** Problems of documents: as each of these nodes sees them, or among themselves when no node is given. */
    static List<Problem> problems(List<Document> documents, List<NodeConfig> nodes) {
        Set<Problem> problems = new LinkedHashSet<>();
        List<CompileContext> contexts = new ArrayList<>();
        nodes.forEach(node -> contexts.add(CompileContext.of(node, OwnAddresses.all())));
        if (contexts.isEmpty()) {
            contexts.add(anywhere());
        }
        for (CompileContext context : contexts) {
            problems.addAll(
                    switch (new Compiler(context).compile(documents, "0")) {
                        case CompileResult.Refused refused -> refused.problems();
                        case CompileResult.Compiled compiled -> nodes.isEmpty() ? List.of() : compiled.notes();
                    });
        }
        return List.copyOf(problems);
    }
}
